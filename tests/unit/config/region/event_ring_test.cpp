#include "config/region/event_ring.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "config/region/fixed_text.hpp"

namespace ropewalk::config::region {
namespace {

constexpr std::uint64_t records = event_ring_records;

/// A record in which everything says the same number.
EventRecord record_of(std::uint64_t number) {
    EventRecord record{};
    record.wall_ns = record.monotonic_ns = number;
    record.weight = EventWeight::warning;
    set_text(record.kind, std::to_string(number));
    set_text(record.tunnel, std::to_string(number));
    set_text(record.text, std::string(200, static_cast<char>('a' + number % 26)));
    return record;
}

bool is_whole(const EventRecord& record, std::uint64_t number) {
    const EventRecord expected = record_of(number);
    return record.wall_ns == number && record.monotonic_ns == number && record.kind == expected.kind &&
           record.tunnel == expected.tunnel && record.text == expected.text;
}

class EventRingTest : public ::testing::Test {
protected:
    void append(std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; ++i) ring->append(record_of(++appended));
    }

    const std::unique_ptr<EventRing> ring = std::make_unique<EventRing>();
    std::uint64_t appended = 0;
};

TEST_F(EventRingTest, IsEmptyAtFirst) {
    ring->take_over();
    EXPECT_EQ(ring->range().newest, 0U);
    EXPECT_FALSE(ring->read(0));
    EXPECT_FALSE(ring->read(1));
}

TEST_F(EventRingTest, NumbersFromOneAndGivesBackWhatWasPutIn) {
    ring->take_over();
    EXPECT_EQ(ring->append(record_of(1)), 1U);
    EXPECT_EQ(ring->append(record_of(2)), 2U);
    EXPECT_EQ(ring->range().oldest, 1U);
    EXPECT_EQ(ring->range().newest, 2U);
    ASSERT_TRUE(ring->read(2));
    EXPECT_TRUE(is_whole(*ring->read(2), 2));
    EXPECT_EQ(ring->read(2)->weight, EventWeight::warning);
    EXPECT_FALSE(ring->read(3));
}

TEST_F(EventRingTest, KeepsTheNewest) {
    append(records + 7);
    EXPECT_EQ(ring->range().oldest, 8U);
    EXPECT_EQ(ring->range().newest, records + 7);
    EXPECT_FALSE(ring->read(7)) << "overwritten";
    for (std::uint64_t number = 8; number <= records + 7; ++number)
        ASSERT_TRUE(ring->read(number) && is_whole(*ring->read(number), number)) << number;
}

TEST_F(EventRingTest, ANewWriterGoesOn) {
    append(records + 3);
    ring->take_over();
    EXPECT_EQ(ring->append(record_of(records + 4)), records + 4);
}

TEST_F(EventRingTest, AWriterThatDiedInARecordLeavesNone) {
    append(5);
    auto& unfinished = ring->slots[6];
    unfinished.content[0] = 77;
    EXPECT_FALSE(ring->read(6));
    ring->take_over();
    EXPECT_EQ(ring->range().newest, 5U);
    EXPECT_EQ(ring->append(record_of(6)), 6U);
    EXPECT_TRUE(is_whole(*ring->read(6), 6));
}

TEST_F(EventRingTest, AWriterThatDiedBehindARecordHasToldIt) {
    append(6);
    ring->newest = 5;
    ring->take_over();
    EXPECT_EQ(ring->append(record_of(7)), 7U) << "a number has one event";
}

TEST_F(EventRingTest, ADamagedNumberIsNoneAndEndsNothing) {
    append(5);
    ring->newest = ~std::uint64_t{0};
    EXPECT_EQ(ring->range().newest, 0U) << "nothing to be walked through";
    ring->slots[9].number = max_event_number + 1;
    ring->slots[8].number = 4711;
    ring->take_over();
    EXPECT_EQ(ring->range().newest, 5U);
    EXPECT_FALSE(ring->read(9));
}

/// Where the writer is all the time: at the oldest record.
TEST_F(EventRingTest, NobodyReadsHalfARecord) {
    append(records);
    std::atomic<bool> done{false};
    std::atomic<std::uint64_t> read{0};
    std::thread reader([&] {
        while (!done) {
            const std::uint64_t oldest = ring->range().oldest;
            for (std::uint64_t number = oldest; number < oldest + 4; ++number) {
                const auto record = ring->read(number);
                if (!record) continue;
                ++read;
                if (!is_whole(*record, number)) {
                    ADD_FAILURE() << "half of " << number;
                    return;
                }
            }
        }
    });
    while (read < 20'000 && !HasFailure()) append(100);
    done = true;
    reader.join();
}

}  // namespace
}  // namespace ropewalk::config::region
