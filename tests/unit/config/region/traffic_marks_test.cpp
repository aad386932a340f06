#include "config/region/traffic_marks.hpp"

#include <gtest/gtest.h>

namespace ropewalk::config::region {
namespace {

constexpr std::uint64_t voice = std::uint64_t{1} << 46, bulk = std::uint64_t{1} << 8, span = TrafficMarks::span_ns;

TEST(TrafficMarks, are_known_for_a_while_and_forgotten) {
    TrafficMarks marks;
    EXPECT_EQ(marks.recent(100 * span), 0U);
    marks.note(voice, 100 * span);
    marks.note(bulk, 100 * span + 1);
    EXPECT_EQ(marks.recent(100 * span + 2), voice | bulk);
    EXPECT_EQ(marks.recent(102 * span), 0U) << "nobody has sent any since";
}

TEST(TrafficMarks, that_are_not_worn_any_more_go_although_others_are) {
    TrafficMarks marks;
    marks.note(voice, 100 * span);
    for (std::uint64_t now = 100 * span; now <= 103 * span; now += span / 4) marks.note(bulk, now);
    EXPECT_EQ(marks.recent(103 * span), bulk);
}

}  // namespace
}  // namespace ropewalk::config::region
