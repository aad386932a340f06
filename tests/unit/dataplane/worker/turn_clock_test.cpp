#include "dataplane/worker/turn_clock.hpp"

#include <gtest/gtest.h>

#include "config/region/clocks.hpp"
#include "dataplane/worker/aging.hpp"

namespace ropewalk::dataplane::worker {
namespace {

/// A machine's two clocks, and how often the worker asked what lies between them.
class TurnClockOf : public ::testing::Test {
protected:
    static constexpr std::uint64_t ms = 1'000'000, s = 1000 * ms, start = 1000 * s;

    std::uint64_t boot_ns = start, suspended_ns = 0;
    unsigned asked = 0;
    TurnClock clock;

    TurnTime turn_after(std::uint64_t passed_ns) {
        boot_ns += passed_ns;
        return clock.turn(boot_ns, [this] {
            ++asked;
            return suspended_ns;
        });
    }
    TurnTime turn_after_suspend(std::uint64_t passed_ns) {
        suspended_ns += passed_ns;
        return turn_after(passed_ns);
    }
};

TEST_F(TurnClockOf, a_suspend_passes_in_one_of_its_times_only) {
    const TurnTime before = turn_after(ms);
    const TurnTime after = turn_after_suspend(3600 * s);
    EXPECT_EQ(after.boot_ns - before.boot_ns, 3600 * s);
    EXPECT_EQ(after.monotonic_ns, before.monotonic_ns);
    const TurnTime later = turn_after(ms);
    EXPECT_EQ(later.monotonic_ns - after.monotonic_ns, ms);
    EXPECT_EQ(later.boot_ns - after.boot_ns, ms);
}

TEST_F(TurnClockOf, asks_for_the_difference_after_a_pause_only) {
    suspended_ns = 500 * s;
    EXPECT_EQ(turn_after(0).monotonic_ns, start - 500 * s) << "suspended before this program began";
    EXPECT_EQ(asked, 1U);
    for (int turn = 0; turn < 1000; ++turn) turn_after(ms);
    EXPECT_EQ(asked, 1U);
    turn_after(TurnClock::pause_ns + 1);
    EXPECT_EQ(asked, 2U);
}

TEST_F(TurnClockOf, what_waited_through_a_suspend_is_stale_in_the_first_turn_after_it) {
    Aging aging(2 * s, {1});
    aging.begin_turn(turn_after(ms).boot_ns);
    EXPECT_FALSE(aging.is_stale(0, packet::burst_capacity));
    aging.begin_turn(turn_after_suspend(1900 * ms).boot_ns);
    EXPECT_FALSE(aging.is_stale(0, packet::burst_capacity)) << "within the bound";
    aging.begin_turn(turn_after_suspend(2001 * ms).boot_ns);
    EXPECT_TRUE(aging.is_stale(0, packet::burst_capacity));
}

TEST_F(TurnClockOf, this_machine_s_clocks_fit_together) {
    using config::region::boottime_ns, config::region::monotonic_ns;
    const std::uint64_t before = monotonic_ns();
    const TurnTime now = clock.turn(boottime_ns(), [] { return config::region::suspended_ns(); });
    // The difference is known but for the time between two readings.
    EXPECT_GE(now.monotonic_ns + s, before);
    EXPECT_LE(now.monotonic_ns, monotonic_ns() + s);
}

}  // namespace
}  // namespace ropewalk::dataplane::worker
