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
    SequenceSpace space(1000);
    EXPECT_EQ(space.reserve(1), std::nullopt);
}

TEST(SequenceSpace, hands_out_consecutive_numbers_up_to_the_limit_and_not_one_more) {
    SequenceSpace space(1000);
    space.extend_to(1010);
    EXPECT_EQ(space.reserve(4), 1000U);
    EXPECT_EQ(space.reserve(6), 1004U);
    EXPECT_EQ(space.next(), 1010U);
    EXPECT_EQ(space.reserve(1), std::nullopt);
}

TEST(SequenceSpace, a_burst_that_the_lease_does_not_cover_whole_gets_nothing) {
    SequenceSpace space(1000);
    space.extend_to(1010);
    EXPECT_EQ(space.reserve(11), std::nullopt);
}

TEST(SequenceSpace, goes_on_beyond_what_was_refused_when_the_lease_is_renewed) {
    SequenceSpace space(1000);
    space.extend_to(1002);
    EXPECT_EQ(space.reserve(64), std::nullopt);
    space.extend_to(space.next() + 100);
    const auto first = space.reserve(2);
    ASSERT_TRUE(first);
    EXPECT_GE(*first, 1064U) << "a number that was reserved once must not come again, used or not";
}

TEST(SequenceSpace, never_gives_a_number_to_two_threads) {
    SequenceSpace space(1);
    space.extend_to(1'000'000);
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
    const auto at_record = decide_sequence_start(5'000, 5'000);
    EXPECT_EQ(at_record.action, SequenceStart::Action::begin);
    EXPECT_EQ(at_record.first, 5'000U);
    const auto never_used = decide_sequence_start(1'700'000'000'000'000'000, 0);
    EXPECT_EQ(never_used.action, SequenceStart::Action::begin);
    EXPECT_EQ(never_used.first, 1'700'000'000'000'000'000U);
}

TEST(SequenceStart, waits_for_a_clock_that_is_up_to_a_second_behind) {
    const auto one_behind = decide_sequence_start(4'999, 5'000);
    EXPECT_EQ(one_behind.action, SequenceStart::Action::wait);
    EXPECT_EQ(one_behind.wait_ns, 1U);
    const auto a_second = decide_sequence_start(5'000, 1'000'005'000);
    EXPECT_EQ(a_second.action, SequenceStart::Action::wait);
    EXPECT_EQ(a_second.wait_ns, 1'000'000'000U);
}

TEST(SequenceStart, refuses_a_clock_that_is_further_behind_and_says_how_far) {
    const auto start = decide_sequence_start(5'000, 1'000'005'001);
    EXPECT_EQ(start.action, SequenceStart::Action::refuse);
    EXPECT_EQ(start.wait_ns, 1'000'000'001U);
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
