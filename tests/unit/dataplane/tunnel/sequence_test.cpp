#include <algorithm>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "dataplane/tunnel/sequence_lease.hpp"
#include "dataplane/tunnel/sequence_space.hpp"

namespace ropewalk::dataplane::tunnel {
namespace {

TEST(SequenceSpace, gives_nothing_before_it_is_leased) {
    SequenceSpace space;
    EXPECT_FALSE(space.has_begun());
    EXPECT_EQ(space.reserve(1), std::nullopt);
    EXPECT_EQ(space.reserve(64), std::nullopt);
    space.begin(1000, 1010);
    EXPECT_TRUE(space.has_begun());
    EXPECT_EQ(space.reserve(1), 1000U) << "what was asked for too early costs nothing";
}

TEST(SequenceSpace, hands_out_consecutive_numbers_up_to_the_limit_and_not_one_more) {
    SequenceSpace space;
    space.begin(1000, 1010);
    EXPECT_EQ(space.reserve(4), 1000U);
    EXPECT_EQ(space.reserve(6), 1004U);
    EXPECT_EQ(space.next(), 1010U);
    EXPECT_EQ(space.reserve(1), std::nullopt);
}

TEST(SequenceSpace, a_burst_that_the_lease_does_not_cover_whole_gets_nothing) {
    SequenceSpace space;
    space.begin(1000, 1010);
    EXPECT_EQ(space.reserve(11), std::nullopt);
}

TEST(SequenceSpace, goes_on_beyond_what_was_refused_when_the_lease_is_renewed) {
    SequenceSpace space;
    space.begin(1000, 1002);
    EXPECT_EQ(space.reserve(64), std::nullopt);
    space.extend_to(space.next() + 100);
    const auto first = space.reserve(2);
    ASSERT_TRUE(first);
    EXPECT_GE(*first, 1064U) << "a number that was reserved once must not come again, used or not";
}

TEST(SequenceSpace, that_moved_on_gives_later_numbers_only_once_they_are_allowed) {
    SequenceSpace space;
    space.begin(1000, 5000);
    EXPECT_EQ(space.reserve(10), 1000U);
    space.move_on_to(9000);
    EXPECT_EQ(space.reserve(1), std::nullopt) << "no number from before, and none that is not recorded";
    space.extend_to(6000);  // asked for before it moved on
    EXPECT_EQ(space.reserve(1), std::nullopt);
    space.extend_to(9100);
    EXPECT_EQ(space.reserve(10), 9002U);
}

TEST(SequenceSpace, never_gives_a_number_to_two_threads) {
    SequenceSpace space;
    space.begin(1, 1'000'000);
    std::vector<std::vector<std::uint64_t>> got(4);
    std::vector<std::thread> threads;
    for (auto& mine : got) {
        threads.emplace_back([&space, &mine] {
            for (int burst = 0; burst < 2000; ++burst) {
                const auto first = space.reserve(7);
                for (std::uint64_t i = 0; i < 7; ++i) mine.push_back(*first + i);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    std::set<std::uint64_t> all;
    for (const auto& mine : got) all.insert(mine.begin(), mine.end());
    EXPECT_EQ(all.size(), 4U * 2000 * 7);
}

TEST(SequenceStart, begins_at_the_wall_clock_once_it_reached_the_record) {
    const auto at_record = decide_sequence_start(5'000, 5'000, 0);
    EXPECT_EQ(at_record.action, SequenceStart::Action::begin);
    EXPECT_EQ(at_record.first, 5'000U);
    const auto never_used = decide_sequence_start(1'700'000'000'000'000'000, 0, 0);
    EXPECT_EQ(never_used.action, SequenceStart::Action::begin);
    EXPECT_EQ(never_used.first, 1'700'000'000'000'000'000U);
}

TEST(SequenceStart, holds_while_the_clock_is_behind_the_record_and_says_how_far) {
    const auto start = decide_sequence_start(4'999, 5'000, 0);
    EXPECT_EQ(start.action, SequenceStart::Action::hold);
    EXPECT_EQ(start.behind_ns, 1U);
}

TEST(SequenceStart, goes_on_from_the_record_while_memory_knows_the_key) {
    const std::uint64_t next = 3'600'000'000'000;
    const auto clock_behind = decide_sequence_start(4'999, next + lease_numbers, next);
    EXPECT_EQ(clock_behind.action, SequenceStart::Action::begin);
    EXPECT_EQ(clock_behind.first, next + lease_numbers);
    EXPECT_EQ(decide_sequence_start(5'001, 5'000, 4'000).first, 5'001U);
}

TEST(SequenceStart, holds_when_memory_does_not_explain_the_record) {
    const std::uint64_t next = 3'600'000'000'000;
    EXPECT_EQ(decide_sequence_start(4'999, next + lease_numbers + 1, next).action, SequenceStart::Action::hold);
    EXPECT_EQ(decide_sequence_start(4'999, ~std::uint64_t{0}, next).action, SequenceStart::Action::hold);
}

TEST(SequenceLease, is_renewed_when_less_than_half_of_it_is_left) {
    const std::uint64_t limit = 1000 + lease_numbers;
    EXPECT_FALSE(lease_runs_out(1000, limit));
    EXPECT_FALSE(lease_runs_out(1000 + lease_numbers / 2, limit));
    EXPECT_TRUE(lease_runs_out(1001 + lease_numbers / 2, limit));
    EXPECT_TRUE(lease_runs_out(limit + 5, limit));
}

}  // namespace
}  // namespace ropewalk::dataplane::tunnel
