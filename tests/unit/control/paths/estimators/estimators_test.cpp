#include <gtest/gtest.h>

#include "control/paths/estimators/delay_estimate.hpp"
#include "control/paths/estimators/log_linear_histogram.hpp"
#include "control/paths/estimators/loss_window.hpp"
#include "control/paths/estimators/mark_watch.hpp"

namespace ropewalk::control::paths {
namespace {

using config::region::ProbeSight;

constexpr std::uint64_t ms = 1'000'000, second = 1000 * ms;

class LossWindowTest : public ::testing::Test {
protected:
    /// So many a second are sent, and so many of a hundred lost.
    void pass(std::uint64_t time_ns, unsigned sent_a_second, unsigned lost_of_100) {
        for (const std::uint64_t end = now + time_ns; now < end; now += 10 * ms) {
            sent += sent_a_second / 100;
            missing = missing_before + (sent - sent_before) * lost_of_100 / 100;
            window.count(sent - missing, missing, now);
        }
        sent_before = sent;
        missing_before = missing;
    }

    LossWindow window;
    std::uint64_t now = 100 * second, sent = 0, missing = 0, sent_before = 0, missing_before = 0;
};

TEST_F(LossWindowTest, KnowsNothingWhereNothingWasSent) {
    EXPECT_FALSE(window.over(second));
    pass(5 * second, 0, 0);
    EXPECT_FALSE(window.over(second));
}

TEST_F(LossWindowTest, EachSpanHasItsOwn) {
    pass(60 * second, 1000, 0);
    EXPECT_EQ(window.over(second), 0.0);
    pass(second, 1000, 20);
    EXPECT_NEAR(*window.over(second), 0.20, 0.02);
    EXPECT_NEAR(*window.over(10 * second), 0.02, 0.004);
    pass(10 * second, 1000, 0);
    EXPECT_EQ(window.over(second), 0.0);
    EXPECT_NEAR(*window.over(60 * second), 0.2 / 60, 0.001);
}

TEST_F(LossWindowTest, WhatComesLateFillsItsGap) {
    pass(2 * second, 1000, 10);
    missing -= 50;
    window.count(sent - missing, missing, now += 100 * ms);
    EXPECT_LT(*window.over(second), 0.06);
    window.count(sent, 0, now += 100 * ms);
    EXPECT_EQ(window.over(second), 0.0) << "never below nothing";
}

TEST_F(LossWindowTest, ADataplaneThatBeginsAnewBeginsAnewHere) {
    pass(10 * second, 1000, 50);
    sent = missing = sent_before = missing_before = 0;
    pass(3 * second, 1000, 0);
    EXPECT_EQ(window.over(second), 0.0);
    EXPECT_EQ(window.over(60 * second), 0.0);
}

class DelayEstimateTest : public ::testing::Test {
protected:
    /// A probe that was under way for `one_way_ns`, by clocks that are `clock` apart.
    void probe(std::uint64_t one_way_ns, std::uint64_t back_ns = 0) {
        now += 50 * ms;
        const std::uint64_t kept = 10 * ms;
        delay.take({.arrived_ns = now,
                    .sent_ns = now - one_way_ns + clock,
                    .answered_ns = back_ns == 0 ? 0 : now - one_way_ns - kept - back_ns,
                    .kept_ns = kept});
    }

    DelayEstimate delay;
    std::uint64_t now = 1000 * second, clock = 0;
};

TEST_F(DelayEstimateTest, DifferencesBetweenPathsDoNotDependOnTheClocks) {
    for (const std::uint64_t apart : {std::uint64_t{0}, 5'000 * second, ~std::uint64_t{0} - 7'000 * second}) {
        clock = apart;
        delay.forget();
        for (int i = 0; i < 100; ++i) probe(20 * ms);
        const std::int64_t fast = delay.transit_ns();
        delay.forget();
        for (int i = 0; i < 100; ++i) probe(50 * ms);
        EXPECT_NEAR(static_cast<double>(delay.transit_ns() - fast), 30.0 * ms, 0.01 * ms) << apart;
    }
}

TEST_F(DelayEstimateTest, RoundTripAndJitterSettle) {
    for (int i = 0; i < 200; ++i) probe(20 * ms, 15 * ms);
    EXPECT_EQ(delay.round_trip_ns(), 35 * ms);
    EXPECT_EQ(delay.jitter_ns(), 0U);
    for (int i = 0; i < 200; ++i) probe((i % 2 == 0 ? 20 : 24) * ms, 15 * ms);
    EXPECT_NEAR(static_cast<double>(delay.jitter_ns()), 4.0 * ms, 0.3 * ms);
}

TEST_F(DelayEstimateTest, AnotherClockBeginsAnew) {
    for (int i = 0; i < 100; ++i) probe(20 * ms, 15 * ms);
    clock += 3'600 * second;
    probe(20 * ms);
    EXPECT_EQ(delay.jitter_ns(), 0U);
    EXPECT_EQ(delay.round_trip_ns(), 0U);
    EXPECT_TRUE(delay.is_known());
}

TEST(LogLinearHistogram, QuantilesAreAtMostAnEighthTooLarge) {
    for (std::uint64_t duration_ns = 1; duration_ns < LogLinearHistogram::longest_ns;
         duration_ns += duration_ns / 7 + 1) {
        LogLinearHistogram one;
        one.add(duration_ns);
        const std::uint64_t told = one.quantile_ns(0.99);
        EXPECT_GT(told, duration_ns);
        EXPECT_LE(told, duration_ns + std::max(duration_ns / 8, LogLinearHistogram::unit_ns));
    }
    LogLinearHistogram longest;
    longest.add(~std::uint64_t{0});
    EXPECT_EQ(longest.quantile_ns(0.5), LogLinearHistogram::longest_ns);
    EXPECT_EQ(LogLinearHistogram().quantile_ns(0.99), 0U);
}

TEST(LogLinearHistogram, TheOneSlowOfAHundredIsNoPartOfTheOthers) {
    LogLinearHistogram histogram;
    for (int i = 0; i < 990; ++i) histogram.add(10 * ms);
    for (int i = 0; i < 10; ++i) histogram.add(200 * ms);
    EXPECT_LT(histogram.quantile_ns(0.99), 12 * ms);
    EXPECT_GT(histogram.quantile_ns(0.991), 200 * ms);
    LogLinearHistogram both;
    for (int i = 0; i < 100; ++i) both.add(histogram);
    EXPECT_EQ(both.count(), 65535U + 1000) << "a full bin stays full";
}

TEST(RecentHistogram, ForgetsAfterAMinute) {
    RecentHistogram recent;
    recent.add(200 * ms, 100 * second);
    recent.add(10 * ms, 110 * second);
    recent.add(10 * ms, 140 * second);
    EXPECT_GT(recent.quantile_ns(0.99), 200 * ms);
    recent.add(10 * ms, 175 * second);
    EXPECT_LT(recent.quantile_ns(0.99), 12 * ms);
    recent.add(10 * ms, 1000 * second);
    EXPECT_LT(recent.quantile_ns(0.99), 12 * ms);
}

class MarkWatchTest : public ::testing::Test {
protected:
    static constexpr std::uint64_t interval_ns = 50 * ms;
    static std::uint64_t bit(unsigned dscp) { return std::uint64_t{1} << dscp; }

    /// Probes of best effort, and one beside each that wears one of `announced` in turn; those in `passing` arrive.
    void pass(std::uint64_t time_ns, std::uint64_t announced, std::uint64_t passing) {
        for (const std::uint64_t end = now + time_ns; now < end; now += interval_ns) {
            if (announced != 0) {
                do last = (last + 1) % 64;
                while ((announced & bit(last)) == 0);
                changed ^= bit(last) & passing;
            }
            ++number;
            const bool comes = best_effort_lost_of_10 == 0 || number * 7 % 10 >= best_effort_lost_of_10;
            if (comes)
                watch.take({.number = number, .interval_us = interval_ns / 1000, .marks = announced}, changed, now);
        }
    }

    MarkWatch watch;
    std::uint64_t now = 100 * second, changed = 0x5555;
    unsigned last = 0, best_effort_lost_of_10 = 0;
    std::uint32_t number = 0;
};

TEST_F(MarkWatchTest, WhatPassesIsNotLost) {
    pass(10 * second, bit(46), bit(46));
    EXPECT_EQ(watch.lost(), 0U);
    pass(10 * second, 0, 0);
    EXPECT_EQ(watch.lost(), 0U);
}

TEST_F(MarkWatchTest, WhatIsSwallowedIsLostWithinASecondAndBackWithItsFirstProbe) {
    pass(10 * second, bit(46), bit(46));
    pass(700 * ms, bit(46), 0);
    EXPECT_EQ(watch.lost(), bit(46));
    pass(10 * second, bit(46), 0);
    EXPECT_EQ(watch.lost(), bit(46)) << "and it stays so";
    pass(interval_ns, bit(46), bit(46));
    EXPECT_EQ(watch.lost(), 0U);
}

TEST_F(MarkWatchTest, AMarkThatIsNewHasItsTime) {
    pass(10 * second, 0, 0);
    pass(250 * ms, bit(46), 0);
    EXPECT_EQ(watch.lost(), 0U);
    pass(second, bit(46), 0);
    EXPECT_EQ(watch.lost(), bit(46));
}

TEST_F(MarkWatchTest, OneOfSeveralIsToldAlone) {
    const std::uint64_t all = bit(8) | bit(34) | bit(46);
    pass(10 * second, all, all & ~bit(34));
    EXPECT_EQ(watch.lost(), bit(34));
    pass(interval_ns, all & ~bit(34), all);
    EXPECT_EQ(watch.lost(), 0U) << "nobody sends it any more";
}

TEST_F(MarkWatchTest, WhereHalfOfAllIsLostSixInARowAreNoMark) {
    best_effort_lost_of_10 = 5;
    for (int i = 0; i < 1000; ++i) {
        pass(2 * interval_ns, bit(46), bit(46));
        pass(8 * interval_ns, bit(46), 0);
        ASSERT_EQ(watch.lost(), 0U);
    }
    pass(5 * second, bit(46), 0);
    EXPECT_EQ(watch.lost(), bit(46)) << "but a hundred are";
}

TEST_F(MarkWatchTest, AFifthOfProbesLostIsNoMarkLost) {
    for (int i = 0; i < 1000; ++i) {
        pass(4 * interval_ns, bit(46), bit(46));
        pass(interval_ns, bit(46), 0);
        ASSERT_EQ(watch.lost(), 0U);
    }
}

}  // namespace
}  // namespace ropewalk::control::paths
