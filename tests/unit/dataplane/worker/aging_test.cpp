#include "dataplane/worker/aging.hpp"

#include <gtest/gtest.h>

namespace ropewalk::dataplane::worker {
namespace {

constexpr std::uint64_t ms = 1'000'000, start = 1'000'000 * ms, bound = 2000 * ms;
constexpr std::uint16_t full = packet::burst_capacity, some = 3;

/// A WAN port of two queues, 0, and an inside of one, 1; the worker has begun its turns.
class AgingAfter : public ::testing::Test {
protected:
    AgingAfter() { aging.begin_turn(start); }
    Aging aging{bound, {2, 1}};
};

TEST_F(AgingAfter, turns_at_their_usual_distance_nothing_is_stale) {
    aging.begin_turn(start + bound);
    EXPECT_FALSE(aging.is_stale(0, full));
    EXPECT_FALSE(aging.is_stale(1, 0));
}

TEST_F(AgingAfter, a_pause_each_queue_is_stale_until_it_was_emptied) {
    aging.begin_turn(start + bound + 1);
    EXPECT_TRUE(aging.is_stale(1, full));
    EXPECT_TRUE(aging.is_stale(1, full));
    EXPECT_TRUE(aging.is_stale(1, some));
    EXPECT_FALSE(aging.is_stale(1, some));
    EXPECT_TRUE(aging.is_stale(0, some)) << "another source has its own queues";
}

TEST_F(AgingAfter, a_pause_a_source_is_emptied_when_all_its_queues_were) {
    aging.begin_turn(start + bound + 1);
    EXPECT_TRUE(aging.is_stale(0, some)) << "the first queue";
    EXPECT_TRUE(aging.is_stale(0, full)) << "the second";
    EXPECT_TRUE(aging.is_stale(0, 0)) << "the first";
    EXPECT_TRUE(aging.is_stale(0, some)) << "the second";
    EXPECT_FALSE(aging.is_stale(0, some));
}

TEST_F(AgingAfter, a_pause_a_driver_that_hands_out_a_little_less_has_not_emptied_its_queue) {
    aging.begin_turn(start + bound + 1);
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(aging.is_stale(1, full - 3));
    EXPECT_TRUE(aging.is_stale(1, 0));
    EXPECT_FALSE(aging.is_stale(1, full));
}

TEST_F(AgingAfter, a_pause_a_queue_that_is_never_empty_is_stale_for_a_while_only) {
    std::uint64_t now = start + bound + 1;
    aging.begin_turn(now);
    const std::uint64_t end = now + bound;
    for (; now <= end; now += ms) {
        aging.begin_turn(now);
        EXPECT_TRUE(aging.is_stale(1, full));
    }
    aging.begin_turn(now);
    aging.is_stale(1, full);
    EXPECT_FALSE(aging.is_stale(1, full));
}

TEST_F(AgingAfter, a_second_pause_all_begins_again) {
    aging.begin_turn(start + bound + 1);
    EXPECT_TRUE(aging.is_stale(1, 0));
    aging.begin_turn(start + 3 * bound);
    EXPECT_TRUE(aging.is_stale(1, full));
}

TEST(Aging, begins_with_the_first_turn) {
    Aging aging(bound, {1});
    aging.begin_turn(start);
    EXPECT_FALSE(aging.is_stale(0, full)) << "how long the worker was not there before, nobody asks";
}

TEST(Aging, without_a_bound_never_happens) {
    Aging aging(Aging::never, {1});
    aging.begin_turn(1);
    aging.begin_turn(start);
    EXPECT_FALSE(aging.is_stale(0, full));
}

}  // namespace
}  // namespace ropewalk::dataplane::worker
