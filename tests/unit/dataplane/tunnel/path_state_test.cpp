#include "dataplane/tunnel/path_state.hpp"

#include <cstdint>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

namespace ropewalk::dataplane::tunnel {
namespace {

constexpr std::uint32_t wrap = 1U << 24;

/// What is missing after all these arrived.
std::int64_t missing_after(const std::vector<std::uint32_t>& sequences) {
    PathReceiver state;
    return std::accumulate(sequences.begin(), sequences.end(), std::int64_t{0},
                           [&](std::int64_t sum, std::uint32_t sequence) { return sum + state.arrived(sequence); });
}

TEST(PathState, reserves_consecutive_numbers) {
    PathSender state;
    EXPECT_EQ(state.reserve(5), 0U);
    EXPECT_EQ(state.reserve(1), 5U);
    EXPECT_EQ(state.reserve(64), 6U);
}

TEST(PathState, nothing_is_missing_in_order_wherever_it_begins) {
    EXPECT_EQ(missing_after({0, 1, 2, 3}), 0);
    EXPECT_EQ(missing_after({77'000, 77'001, 77'002}), 0);
}

TEST(PathState, a_gap_is_missing_until_it_is_filled_late) {
    PathReceiver state;
    EXPECT_EQ(state.arrived(10), 0);
    EXPECT_EQ(state.arrived(15), 4);
    EXPECT_EQ(state.arrived(12), -1);
    EXPECT_EQ(state.arrived(16), 0);
    EXPECT_EQ(state.arrived(11), -1);
    EXPECT_EQ(state.arrived(14), -1);
    EXPECT_EQ(state.arrived(13), -1);
    EXPECT_EQ(state.arrived(13), 0) << "nothing is missing any more";
}

TEST(PathState, the_same_number_again_changes_nothing) {
    EXPECT_EQ(missing_after({10, 10, 11, 11, 12}), 0);
}

TEST(PathState, counts_on_over_the_wrap_of_24_bits) {
    EXPECT_EQ(missing_after({wrap - 2, wrap - 1, 0, 1}), 0);
    EXPECT_EQ(missing_after({wrap - 2, 1}), 2);
    EXPECT_EQ(missing_after({wrap - 2, 1, wrap - 1}), 1);
    EXPECT_EQ(missing_after({wrap - 2, 1, 0, wrap - 1}), 0);
}

TEST(PathState, a_leap_of_more_than_65536_either_way_is_a_new_beginning) {
    EXPECT_EQ(missing_after({100, 100 + 65'536}), 65'535) << "the longest gap that still counts";
    EXPECT_EQ(missing_after({100, 101 + 65'536}), 0);
    EXPECT_EQ(missing_after({200'000, 5}), 0) << "the peer started anew";
    EXPECT_EQ(missing_after({200'000, 5, 8}), 2) << "and is counted from there";
    EXPECT_EQ(missing_after({100, wrap - 100'000}), 0);
}

TEST(PathState, a_leap_leaves_earlier_gaps_counted_and_not_to_be_filled) {
    EXPECT_EQ(missing_after({1, 5, 1'000'000, 3}), 3);
    EXPECT_EQ(missing_after({1, 5, 1'000'000, 999'999}), 3);
}

}  // namespace
}  // namespace ropewalk::dataplane::tunnel
