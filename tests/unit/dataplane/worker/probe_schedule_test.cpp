#include "dataplane/worker/probe_schedule.hpp"

#include <memory>
#include <vector>

#include <gtest/gtest.h>

namespace ropewalk::dataplane::worker {
namespace {

class ProbeScheduleTest : public ::testing::Test {
protected:
    static constexpr std::uint64_t ms = 1'000'000, start = 1'000'000 * ms;

    /// Probes of a path within a time, looked for every `step`.
    std::vector<std::uint64_t> sent_within(std::uint64_t time_ns, std::uint32_t interval_us, std::uint64_t step) {
        std::vector<std::uint64_t> sent;
        for (const std::uint64_t end = now + time_ns; now < end; now += step) {
            if (!schedule->is_due(slot, now) || schedule->waits(slot, interval_us, now)) continue;
            sent.push_back(now);
            schedule->sent(slot, interval_us, now);
        }
        return sent;
    }

    std::unique_ptr<ProbeSchedule> schedule = std::make_unique<ProbeSchedule>();
    std::uint32_t slot = 5;
    std::uint64_t now = start;
};

TEST_F(ProbeScheduleTest, KeepsItsPaceWhateverATurnIsLateBy) {
    EXPECT_NEAR(static_cast<double>(sent_within(10'000 * ms, 50'000, 700'000).size()), 200, 2);
    EXPECT_NEAR(static_cast<double>(sent_within(1'000 * ms, 10'000, 700'000).size()), 100, 6);
}

TEST_F(ProbeScheduleTest, LeavesOutWhatFellIntoAPause) {
    sent_within(100 * ms, 10'000, ms);
    now += 10'000 * ms;
    EXPECT_LE(sent_within(50 * ms, 10'000, ms).size(), 7U);
}

TEST_F(ProbeScheduleTest, AnAbsurdIntervalIsBounded) {
    EXPECT_LE(sent_within(1'000 * ms, 1, ms).size(), 210U);
    EXPECT_GE(sent_within(60'000 * ms, 0xffff'ffff, 10 * ms).size(), 5U);
}

TEST_F(ProbeScheduleTest, AnIntervalThatBecomesShorterHoldsAtOnce) {
    sent_within(100 * ms, 1'000'000, ms);
    now += 1'000 * ms;
    EXPECT_GE(sent_within(200 * ms, 10'000, ms).size(), 19U);
}

TEST_F(ProbeScheduleTest, AProbeThatIsNeededSoonerNeedNotWait) {
    ASSERT_GE(sent_within(10'000 * ms, 1'000'000, ms).size(), 9U);
    EXPECT_LE(sent_within(1'000 * ms, 1'000'000, ms).size(), 2U) << "looked at more often, and not sent";
    for (int i = 0; i < 1'100 && sent_within(ms, 1'000'000, ms).empty(); ++i) {
    }
    EXPECT_TRUE(sent_within(100 * ms, 1'000'000, ms).empty());
    const std::uint64_t needed = now;
    const auto sent = sent_within(200 * ms, 50'000, ms);
    ASSERT_GE(sent.size(), 3U);
    EXPECT_LE(sent.front(), needed + ProbeSchedule::idle_interval_ns);
}

TEST_F(ProbeScheduleTest, PathsThatBeginTogetherAreSpread) {
    std::vector<std::uint64_t> first(64);
    for (slot = 0; slot < 64; ++slot) {
        schedule->sent(slot, 64'000, start);
        for (now = start; !schedule->is_due(slot, now); now += ms) {
        }
        first[slot] = (now - start) / ms;
    }
    std::vector<unsigned> in_quarter(4);
    for (const std::uint64_t due : first) ++in_quarter[std::min<std::size_t>(due / 16, 3)];
    for (const unsigned count : in_quarter) EXPECT_GE(count, 8U);
}

TEST_F(ProbeScheduleTest, LooksOnceAMillisecond) {
    EXPECT_TRUE(schedule->looks(start));
    EXPECT_FALSE(schedule->looks(start + ms - 1));
    EXPECT_TRUE(schedule->looks(start + ms));
}

}  // namespace
}  // namespace ropewalk::dataplane::worker
