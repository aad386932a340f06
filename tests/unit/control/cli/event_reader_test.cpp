#include "control/cli/event_reader.hpp"

#include <memory>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace ropewalk::control::cli {
namespace {

using config::region::event_ring_records;
using config::region::EventRing;

class EventReaderTest : public ::testing::Test {
protected:
    void append(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) ring->append({});
    }
    /// `1 2 gap 3-4 5`, the middle of many left out.
    std::string read() {
        std::string said;
        std::uint64_t before = 0, many = 0;
        reader.read(
            *ring,
            [&](std::uint64_t number, const auto&) {
                many = number == before + 1 ? many + 1 : 0;
                if (many < 3) said += fmt::format("{} ", number);
                before = number;
            },
            [&](std::uint64_t first, std::uint64_t last) { said += fmt::format("gap {}-{} ", first, last); });
        return said + (many < 3 ? "" : fmt::format("... {} ", before));
    }

    const std::unique_ptr<EventRing> ring = std::make_unique<EventRing>();
    EventReader reader;
};

TEST_F(EventReaderTest, GivesEachEventOnce) {
    append(2);
    EXPECT_EQ(read(), "1 2 ");
    EXPECT_EQ(read(), "");
    append(1);
    EXPECT_EQ(read(), "3 ");
}

TEST_F(EventReaderTest, MissesNothingThatWasOverwrittenBeforeItBegan) {
    append(event_ring_records + 2);
    EXPECT_EQ(read(), "3 4 5 ... 10002 ");
}

TEST_F(EventReaderTest, SaysWhatWasOverwrittenSince) {
    append(1);
    EXPECT_EQ(read(), "1 ");
    append(event_ring_records + 5);
    EXPECT_EQ(read(), "gap 2-6 7 8 9 ... 10006 ");
}

TEST_F(EventReaderTest, SaysWhatIsDamaged) {
    append(4);
    ring->slots[3].number = 0;
    EXPECT_EQ(read(), "1 2 gap 3-3 4 ");
}

TEST_F(EventReaderTest, EndsWhateverTheNewestNumberIs) {
    append(4);
    ring->newest = config::region::max_event_number;
    EXPECT_EQ(read(), "");
    ring->newest = 4;
    EXPECT_EQ(read(), "1 2 ... 4 ");
}

}  // namespace
}  // namespace ropewalk::control::cli
