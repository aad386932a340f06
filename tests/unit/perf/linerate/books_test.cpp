#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "perf/linerate/arrivals.hpp"
#include "perf/linerate/latency_histogram.hpp"
#include "perf/linerate/ledger.hpp"
#include "perf/linerate/rate.hpp"
#include "perf/linerate/settled_counts.hpp"

namespace ropewalk::perf::linerate {
namespace {

TEST(LineRateArrivals, TellsFirstFromAgain) {
    Arrivals arrivals(1);
    for (const std::uint64_t number : {0, 1, 2, 2, 5, 5, 5, 3}) arrivals.note(number, 0);
    EXPECT_EQ(arrivals.first(), 5U);
    EXPECT_EQ(arrivals.repeated(), 3U);
    EXPECT_EQ(arrivals.reordered(), 1U);
    EXPECT_EQ(arrivals.too_late(), 0U);
}

TEST(LineRateArrivals, OrderIsThatOfTheFlow) {
    Arrivals arrivals(2);
    for (const std::uint64_t number : {1, 3, 5, 0, 2, 4}) arrivals.note(number, number % 2);
    EXPECT_EQ(arrivals.reordered(), 0U);
    arrivals.note(7, 1);
    arrivals.note(6, 1);
    EXPECT_EQ(arrivals.reordered(), 1U);
}

TEST(LineRateArrivals, ForgetsOnlyWhatIsFarBehind) {
    Arrivals arrivals(1);
    const std::uint64_t memory = Arrivals::memory;
    for (std::uint64_t number = 0; number < 3 * memory; number += 1000) arrivals.note(number, 0);
    arrivals.note(3 * memory, 0);
    EXPECT_EQ(arrivals.repeated(), 0U);
    const std::uint64_t recent = (3 * memory - memory / 2) / 1000 * 1000;
    arrivals.note(recent, 0);
    arrivals.note(recent + 1, 0);
    EXPECT_EQ(arrivals.repeated(), 1U);
    EXPECT_EQ(arrivals.reordered(), 1U);
    arrivals.note(5, 0);
    EXPECT_EQ(arrivals.too_late(), 1U);
}

TEST(LineRateArrivals, ALeapBeyondAllItRemembersForgetsAll) {
    Arrivals arrivals(1);
    for (std::uint64_t number = 0; number < 1000; ++number) arrivals.note(number, 0);
    arrivals.note(10 * Arrivals::memory + 1, 0);
    arrivals.note(9 * Arrivals::memory + 500, 0);
    EXPECT_EQ(arrivals.first(), 1002U);
    EXPECT_EQ(arrivals.repeated(), 0U);
}

TEST(LineRateLatency, PercentilesAreWithinABucket) {
    LatencyHistogram histogram;
    for (std::uint64_t value = 1; value <= 100'000; ++value) histogram.add(value);
    for (const auto& [share, value] :
         {std::pair{0.5, 50'000.0}, {0.9, 90'000.0}, {0.99, 99'000.0}, {0.999, 99'900.0}}) {
        EXPECT_GE(static_cast<double>(histogram.percentile(share)), value);
        EXPECT_LE(static_cast<double>(histogram.percentile(share)), value * (1 + 1.0 / 64));
    }
    EXPECT_EQ(histogram.largest(), 100'000U);
    EXPECT_EQ(histogram.percentile(1), 100'000U);
    EXPECT_EQ(histogram.samples(), 100'000U);
}

TEST(LineRateLatency, HoldsEveryValue) {
    LatencyHistogram histogram;
    EXPECT_EQ(histogram.percentile(0.5), 0U);
    histogram.add(0);
    EXPECT_EQ(histogram.percentile(0.5), 0U);
    histogram.add(~0ULL);
    EXPECT_EQ(histogram.percentile(1), ~0ULL);
    LatencyHistogram cycles, nanoseconds;
    cycles.add(2600, 10);
    nanoseconds.add_scaled(cycles, 1 / 2.6);
    EXPECT_EQ(nanoseconds.samples(), 10U);
    EXPECT_NEAR(static_cast<double>(nanoseconds.percentile(0.5)), 1000, 16);
}

TEST(LineRateLedger, SaysWhatIsMissing) {
    Ledger ledger;
    ledger.add({"packets offered", 100, {{"sent", 90}, {"tx_refused", 10, Ledger::Fate::dropped}}});
    EXPECT_TRUE(ledger.add_up());
    ledger.add({"copies made", 180, {{"sent", 178}, {"wan_tx_full", 1, Ledger::Fate::dropped}}});
    const auto outcome = ledger.add_up();
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().message,
              "the packets do not add up: of 180 copies made, 1 are missing: 178 sent, 1 wan_tx_full");
}

TEST(LineRateLedger, TooManyIsAsBad) {
    Ledger ledger;
    ledger.add({"packets offered", 100, {{"sent", 101}, {"tx_refused", 0, Ledger::Fate::dropped}}});
    const auto outcome = ledger.add_up();
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().message, "the packets do not add up: of 100 packets offered, 1 are too many: 101 sent");
}

/// A NIC: counts frames when they arrive, and has them in its queue a moment later.
struct StrayFrames {
    struct Counts {
        int received = 0;
    } counts;
    int on_the_way = 0, queued = 0, taken = 0, pauses_until_the_next = -1;

    void arrive(int frames) {
        counts.received += frames;
        on_the_way += frames;
    }
    void pause() {
        queued += std::exchange(on_the_way, 0);
        if (pauses_until_the_next >= 0 && pauses_until_the_next-- == 0) arrive(1);
    }
    /// As a burst does: not more than some at once.
    int receive() {
        const int some = std::min(queued, 64);
        queued -= some;
        taken += some;
        return some;
    }
    Counts settle() {
        return settled_counts([&] { return counts; }, [&] { return receive(); }, [&] { pause(); });
    }
};

TEST(LineRateSettledCounts, AllThatIsCountedWasTaken) {
    StrayFrames port;
    EXPECT_EQ(port.settle().received, 0);
    port.arrive(1023);
    EXPECT_EQ(port.settle().received, 1023);
    EXPECT_EQ(port.taken, 1023);
    for (int pauses = 0; pauses < 4; ++pauses) {
        port.pauses_until_the_next = pauses;
        EXPECT_EQ(port.settle().received, port.taken) << pauses;
    }
}

TEST(LineRateSettledCounts, EndsWhereFramesNeverDo) {
    StrayFrames port;
    const auto counts = settled_counts([&] { return port.counts; }, [&] { return port.receive(); },
                                       [&] {
                                           port.arrive(1);
                                           port.pause();
                                       });
    EXPECT_GE(counts.received, port.taken);
}

TEST(LineRateRate, ReadsWhatPeopleSay) {
    EXPECT_DOUBLE_EQ(*Rate::read("2.5Mpps")->in_pps(64, {}), 2.5e6);
    EXPECT_DOUBLE_EQ(*Rate::read("800kpps")->in_pps(64, {}), 800e3);
    EXPECT_DOUBLE_EQ(*Rate::read("1gbit")->in_pps(1250, {}), 1e5);
    EXPECT_TRUE(std::isinf(*Rate::read("max")->in_pps(64, {})));
    for (const char* text : {"", "fast", "-1pps", "0mbit", "5", "101%", "1e3000pps", "10mbits"})
        EXPECT_FALSE(Rate::read(text)) << text;
}

TEST(LineRateRate, PercentNeedsALine) {
    // RFC 2544: 64-byte frames at 10 Gbit/s are 14.88 million a second; such a frame holds an IP packet of 46 bytes.
    EXPECT_NEAR(*Rate::read("100%")->in_pps(46, 10e9), 14'880'952, 1);
    EXPECT_NEAR(*Rate::read("50%")->in_pps(46, 10e9), 7'440'476, 1);
    EXPECT_FALSE(Rate::read("50%")->in_pps(46, {}));
}

}  // namespace
}  // namespace ropewalk::perf::linerate
