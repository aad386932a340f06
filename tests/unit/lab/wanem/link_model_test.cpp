#include "tests/lab/wanem/link_model.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace ropewalk::tests::lab::wanem {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t frame = 1400;

tests::lab::wanem::Probability percent(double value) {
    return {static_cast<std::uint32_t>(std::lround(value * Probability::certain / 100))};
}

/// Every frame's fate, offered `gap` apart from 0 on.
std::vector<tests::lab::wanem::Crossing> offer(tests::lab::wanem::LinkModel& model, int count, Duration gap,
                                               std::uint32_t bytes = frame) {
    std::vector<tests::lab::wanem::Crossing> crossings;
    for (int i = 0; i < count; ++i) crossings.push_back(model.offer(i * gap, bytes));
    return crossings;
}

long count_dropped(const std::vector<tests::lab::wanem::Crossing>& crossings, tests::lab::wanem::DropCause cause) {
    return std::ranges::count_if(
        crossings, [&](const tests::lab::wanem::Crossing& crossing) { return crossing.dropped == cause; });
}

/// Within five standard deviations of a binomial count: a right program fails here once in two million.
void expect_binomial(long count, long trials, double probability) {
    const double mean = static_cast<double>(trials) * probability;
    EXPECT_NEAR(static_cast<double>(count), mean, 5 * std::sqrt(mean * (1 - probability)));
}

TEST(LinkModel, DoesNothingByDefault) {
    tests::lab::wanem::LinkModel model({}, 1);
    const tests::lab::wanem::Crossing crossing = model.offer(5ms, frame);
    EXPECT_FALSE(crossing.dropped || crossing.copy_departure || crossing.damage);
    EXPECT_EQ(crossing.departure, 5ms);
}

TEST(LinkModel, DelaysByTheDelay) {
    tests::lab::wanem::LinkModel model({.delay = 30ms}, 1);
    EXPECT_EQ(model.offer(1ms, frame).departure, 31ms);
}

TEST(LinkModel, DownDropsEverythingUntilUp) {
    tests::lab::wanem::LinkSettings settings{.link = LinkSettings::State::down};
    tests::lab::wanem::LinkModel model(settings, 1);
    EXPECT_EQ(model.offer(0ms, frame).dropped, DropCause::link_down);
    settings.link = LinkSettings::State::up;
    model.change(settings);
    EXPECT_FALSE(model.offer(1ms, frame).dropped);
}

TEST(LinkModel, SendsAtTheRateToTheNanosecond) {
    // 3 Mbit/s and 1400 bytes: 3733333.3 ns a frame; a million frames show any rounding.
    tests::lab::wanem::LinkModel model({.rate = BitsPerSecond{3'000'000}, .queue = Duration::max() / 2}, 1);
    Duration last{};
    for (int i = 0; i < 1'000'000; ++i) last = model.offer(0ns, frame).departure;
    EXPECT_EQ(last.count(), 1'000'000LL * frame * 8 * 1000 / 3);
}

TEST(LinkModel, AnIdleLineIsNotSavedUp) {
    tests::lab::wanem::LinkModel model({.rate = BitsPerSecond{8'000'000}}, 1);
    EXPECT_EQ(model.offer(0ns, 1000).departure, 1ms);
    EXPECT_EQ(model.offer(10ms, 1000).departure, 11ms);
}

TEST(LinkModel, QueueInTimeHoldsNoLonger) {
    // A millisecond a frame: the first is sent at once, and ten find less than 10 ms ahead of them, or just that.
    tests::lab::wanem::LinkModel model({.rate = BitsPerSecond{8'000'000}, .queue = Duration(10ms)}, 1);
    const auto crossings = offer(model, 100, 0ns, 1000);
    EXPECT_EQ(count_dropped(crossings, DropCause::queue_full), 89);
    EXPECT_EQ(crossings[10].departure, 11ms);
    EXPECT_EQ(model.high_water().wait, 11ms);
}

TEST(LinkModel, QueueInBytesHoldsNoMore) {
    tests::lab::wanem::LinkModel model({.rate = BitsPerSecond{8'000'000}, .queue = Bytes{5000}}, 1);
    EXPECT_EQ(count_dropped(offer(model, 100, 0ns, 1000), DropCause::queue_full), 95);
    EXPECT_EQ(model.high_water().bytes, 5000U);
    EXPECT_EQ(model.high_water().frames, 5U);
    EXPECT_EQ(model.waiting_bytes(2ms), 3000U);
}

TEST(LinkModel, PolicerDropsAtOnceAndDelaysNothing) {
    // 1000 bytes a millisecond; the bucket lets 3 pass, then every tenth of frames 0.1 ms apart.
    tests::lab::wanem::LinkModel model({.rate = BitsPerSecond{8'000'000}, .policer = Bytes{3000}}, 1);
    const auto crossings = offer(model, 10'000, 100us, 1000);
    EXPECT_NEAR(static_cast<double>(count_dropped(crossings, DropCause::policed)), 9000 - 3, 1);
    for (std::size_t i = 0; i < crossings.size(); ++i) {
        if (!crossings[i].dropped) {
            EXPECT_EQ(crossings[i].departure, static_cast<long>(i) * 100us);
        }
    }
}

TEST(LinkModel, RateThatChangesLeavesAcceptedFramesTheirTime) {
    tests::lab::wanem::LinkSettings settings{.rate = BitsPerSecond{8'000'000}};
    tests::lab::wanem::LinkModel model(settings, 1);
    EXPECT_EQ(model.offer(0ns, 1000).departure, 1ms);
    settings.rate = BitsPerSecond{4'000'000};
    model.change(settings);
    EXPECT_EQ(model.offer(0ns, 1000).departure, 3ms);
    settings.rate.reset();
    model.change(settings);
    EXPECT_EQ(model.offer(1ms, 1000).departure, 3ms) << "nothing overtakes what waits";
}

TEST(LinkModel, JitterThatKeepsOrderStaysBetweenItsBounds) {
    tests::lab::wanem::LinkModel model({.delay = 20ms, .jitter = 5ms}, 1);
    Duration last{}, least = Duration::max(), most{};
    for (int i = 0; i < 10'000; ++i) {
        const Duration departure = model.offer(i * 10ms, frame).departure, taken = departure - i * 10ms;
        EXPECT_GE(departure, last);
        last = departure;
        least = std::min(least, taken);
        most = std::max(most, taken);
    }
    EXPECT_GE(least, 20ms);
    EXPECT_LE(least, 20ms + 50us);
    EXPECT_GE(most, 25ms - 50us);
    EXPECT_LE(most, 25ms);
}

TEST(LinkModel, OrderIsKeptOrNotAsAskedFor) {
    for (const auto order : {LinkSettings::Order::keep, LinkSettings::Order::reorder}) {
        tests::lab::wanem::LinkModel model({.jitter = 5ms, .order = order}, 1);
        const auto crossings = offer(model, 1000, 100us);
        const bool in_order = std::ranges::is_sorted(crossings, {}, &Crossing::departure);
        EXPECT_EQ(in_order, order == LinkSettings::Order::keep);
    }
}

TEST(LinkModel, OneDrawOfTheJitterHoldsForItsTime) {
    tests::lab::wanem::LinkModel model({.jitter = 50ms, .jitter_hold = 10ms, .order = LinkSettings::Order::reorder}, 1);
    const auto crossings = offer(model, 30, 1ms);
    const auto taken = [&](int i) { return crossings[static_cast<std::size_t>(i)].departure - i * 1ms; };
    EXPECT_EQ(taken(10), taken(19));
    EXPECT_NE(taken(9), taken(10));
    EXPECT_NE(taken(19), taken(20));
}

TEST(LinkModel, LosesIndependently) {
    tests::lab::wanem::LinkModel model({.loss = percent(3)}, 7);
    const auto crossings = offer(model, 100'000, 1us);
    expect_binomial(count_dropped(crossings, DropCause::loss), 100'000, 0.03);
    long pairs = 0;
    for (std::size_t i = 1; i < crossings.size(); ++i) pairs += crossings[i].dropped && crossings[i - 1].dropped;
    expect_binomial(pairs, 100'000, 0.03 * 0.03);
}

TEST(LinkModel, LosesInBurstsOfTheRightLengthAndShare) {
    // Bad for 20 frames on average, good for 180: a tenth is lost, in bursts of 20.
    const tests::lab::wanem::BurstLoss burst{.enter = percent(100.0 / 180), .leave = percent(5), .in_good = {}};
    tests::lab::wanem::LinkModel model({.burst_loss = burst}, 7);
    const auto crossings = offer(model, 1'000'000, 1us);
    const long lost = count_dropped(crossings, DropCause::burst_loss);
    long bursts = 0;
    for (std::size_t i = 1; i < crossings.size(); ++i) bursts += crossings[i].dropped && !crossings[i - 1].dropped;
    EXPECT_NEAR(static_cast<double>(lost) / 1'000'000, 0.1, 0.01);
    EXPECT_NEAR(static_cast<double>(lost) / static_cast<double>(bursts), 20, 1);
}

TEST(LinkModel, ABurstEndsWhenBurstLossIsSwitchedOff) {
    tests::lab::wanem::LinkSettings settings{.burst_loss = tests::lab::wanem::BurstLoss{.enter = percent(100)}};
    tests::lab::wanem::LinkModel model(settings, 7);
    EXPECT_EQ(model.offer(0ns, frame).dropped, DropCause::burst_loss);
    settings.burst_loss.reset();
    model.change(settings);
    EXPECT_FALSE(model.offer(1ms, frame).dropped);
}

TEST(LinkModel, ALostFrameHasTakenItsTimeAtTheBottleneck) {
    tests::lab::wanem::LinkModel model({.rate = BitsPerSecond{8'000'000}, .loss = percent(50)}, 7);
    const auto crossings = offer(model, 50, 0ns, 1000);
    for (int i = 0; i < 50; ++i) {
        const tests::lab::wanem::Crossing& crossing = crossings[static_cast<std::size_t>(i)];
        if (!crossing.dropped) {
            EXPECT_EQ(crossing.departure, (i + 1) * 1ms);
        }
    }
}

TEST(LinkModel, DuplicatesAndDamages) {
    tests::lab::wanem::LinkModel model({.duplicate = percent(2), .corrupt = percent(4)}, 7);
    const auto crossings = offer(model, 100'000, 1us);
    expect_binomial(std::ranges::count_if(crossings, [](const auto& c) { return c.copy_departure.has_value(); }),
                    100'000, 0.02);
    expect_binomial(std::ranges::count_if(crossings, [](const auto& c) { return c.damage.has_value(); }), 100'000,
                    0.04);
}

TEST(LinkModel, MtuCountsTheIpPacket) {
    tests::lab::wanem::LinkModel model({.mtu = Bytes{1400}}, 1);
    EXPECT_FALSE(model.offer(0ns, 1414).dropped);
    EXPECT_EQ(model.offer(0ns, 1415).dropped, DropCause::too_big);
}

TEST(LinkModel, ASeedRepeatsAndAnotherOneDoesNot) {
    const tests::lab::wanem::LinkSettings settings{
        .jitter = 5ms, .loss = percent(10), .duplicate = percent(10), .corrupt = percent(10)};
    const auto run = [&](std::uint64_t seed) {
        tests::lab::wanem::LinkModel model(settings, seed);
        std::vector<std::int64_t> trace;
        for (const tests::lab::wanem::Crossing& crossing : offer(model, 1000, 1ms)) {
            trace.push_back(crossing.dropped ? -1 : crossing.departure.count());
            trace.push_back(static_cast<std::int64_t>(crossing.damage.value_or(0)));
        }
        return trace;
    };
    EXPECT_EQ(run(5), run(5));
    EXPECT_NE(run(5), run(6));
}

TEST(LinkModel, TheFateOfAFrameDoesNotDependOnTimingOrOtherFeatures) {
    tests::lab::wanem::LinkModel slow({.loss = percent(10)}, 5);
    tests::lab::wanem::LinkModel busy({.rate = BitsPerSecond{8'000'000},
                                       .queue = Duration(5ms),
                                       .jitter = 3ms,
                                       .loss = percent(10),
                                       .corrupt = percent(50)},
                                      5);
    const auto one = offer(slow, 1000, 10ms), other = offer(busy, 1000, 100us);
    for (std::size_t i = 0; i < one.size(); ++i) {
        if (other[i].dropped != DropCause::queue_full) {
            EXPECT_EQ(one[i].dropped, other[i].dropped) << "frame " << i;
        }
    }
}

}  // namespace
}  // namespace ropewalk::tests::lab::wanem
