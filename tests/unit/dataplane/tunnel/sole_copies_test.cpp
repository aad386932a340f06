#include "dataplane/tunnel/sole_copies.hpp"

#include <gtest/gtest.h>

namespace ropewalk::dataplane::tunnel {
namespace {

constexpr unsigned log2 = 16;
/// Numbers after which an entry is needed by another one.
constexpr std::uint64_t reach = std::uint64_t{1} << log2, n = 5 * 1024 + 3;

TEST(SoleCopies, one_block_in_sixteen_is_watched) {
    unsigned watched = 0;
    for (std::uint64_t sequence = 0; sequence < 16 * 1024; ++sequence) watched += SoleCopies::is_watched(sequence);
    EXPECT_EQ(watched, 1024U);
    EXPECT_TRUE(SoleCopies::is_watched(n));
}

TEST(SoleCopies, what_one_path_brought_alone_is_told_when_its_entry_is_needed) {
    SoleCopies sole(log2);
    EXPECT_EQ(sole.delivered(n, 4095), std::nullopt);
    EXPECT_EQ(sole.delivered(n + 1, 0), std::nullopt) << "each number has an entry";
    EXPECT_EQ(sole.delivered(n + reach, 7), 4095U);
    EXPECT_EQ(sole.delivered(n + 3 * reach, 7), 7U) << "a jump leaves nothing behind";
    EXPECT_EQ(sole.came_again(n + 1 + reach, 3), 0U) << "whatever needs it";
}

TEST(SoleCopies, what_came_by_two_paths_is_not) {
    SoleCopies sole(log2);
    sole.delivered(n, 1);
    EXPECT_EQ(sole.came_again(n, 2), std::nullopt);
    EXPECT_EQ(sole.delivered(n + reach, 1), std::nullopt);
    EXPECT_EQ(sole.came_again(n + 2 * reach, 2), 1U);
    EXPECT_EQ(sole.delivered(n + 2 * reach, 1), std::nullopt) << "the other copy may be told first";
    EXPECT_EQ(sole.delivered(n + 3 * reach, 1), std::nullopt);
}

TEST(SoleCopies, what_a_line_doubled_came_by_one_path) {
    SoleCopies sole(log2);
    sole.delivered(n, 1);
    EXPECT_EQ(sole.came_again(n, 1), std::nullopt);
    EXPECT_EQ(sole.delivered(n + reach, 1), 1U);
}

TEST(SoleCopies, a_copy_that_is_later_than_that_changes_nothing) {
    SoleCopies sole(log2);
    sole.delivered(n + reach, 1);
    EXPECT_EQ(sole.came_again(n, 2), std::nullopt);
    EXPECT_EQ(sole.delivered(n + 2 * reach, 1), 1U);
}

TEST(SoleCopies, small_and_large_windows_have_their_bounds) {
    for (const unsigned bits : {6U, 10U, 24U}) {
        SoleCopies sole(bits);
        sole.delivered(n, 1);
        EXPECT_EQ(sole.delivered(n + (std::uint64_t{1} << 24), 2), 1U) << bits;
    }
}

}  // namespace
}  // namespace ropewalk::dataplane::tunnel
