#include "dataplane/tunnel/path_choice.hpp"

#include <gtest/gtest.h>

namespace ropewalk::dataplane::tunnel {
namespace {

using config::Mode;

TEST(PathChoice, duplicates_on_the_first_usable_paths_of_those_allowed) {
    for (std::uint32_t allowed = 1; allowed < 64; ++allowed)
        for (std::uint8_t copies = 1; copies <= 6; ++copies)
            for (std::uint32_t usable = 0; usable < 64; ++usable) {
                std::uint32_t expected = 0;
                int left = copies;
                for (std::uint32_t bit = 1; bit < 64 && left != 0; bit <<= 1)
                    if ((allowed & usable & bit) != 0) expected |= bit, --left;
                ASSERT_EQ(PathChoice(Mode::duplicate, allowed, copies).of(usable), expected)
                    << allowed << ' ' << int{copies} << ' ' << usable;
            }
}

TEST(PathChoice, of_a_mode_nobody_knows_sends_nothing) {
    EXPECT_EQ(PathChoice(static_cast<Mode>(77), 7, 3).of(7), 0U);
}

}  // namespace
}  // namespace ropewalk::dataplane::tunnel
