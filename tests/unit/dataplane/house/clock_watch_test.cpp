#include "dataplane/house/clock_watch.hpp"

#include <gtest/gtest.h>

namespace ropewalk::dataplane::house {
namespace {

/// A machine's clocks, looked at every 5 ms.
class Clocks : public ::testing::Test {
protected:
    static constexpr std::int64_t ms = 1'000'000, s = 1000 * ms;

    Clocks() { EXPECT_EQ(look(), 0) << "the first look knows nothing to compare with"; }

    std::int64_t look(std::int64_t taking_ns = 100) {
        boot += 5 * ms;
        const auto before = static_cast<std::uint64_t>(boot);
        return watch.moved_ns(
            {static_cast<std::uint64_t>(boot + offset), before, before + static_cast<std::uint64_t>(taking_ns)});
    }

    std::int64_t boot = 1000 * s, offset = 1'700'000'000 * s;
    ClockWatch watch;
};

TEST_F(Clocks, that_go_together_are_not_told_of) {
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(look(), 0);
    boot += 3600 * s;  // suspended: both went on
    EXPECT_EQ(look(), 0);
}

TEST_F(Clocks, of_which_the_time_of_day_runs_ahead_are_told_of_once) {
    offset += 90 * s;
    EXPECT_EQ(look(), 90 * s);
    EXPECT_EQ(look(), 0);
    offset += s - 1;
    EXPECT_EQ(look(), 0);
}

TEST_F(Clocks, that_drift_apart_in_small_steps_are_told_of_when_it_is_a_second) {
    std::int64_t told = 0;
    for (int i = 0; i < 25; ++i) {
        offset += 100 * ms;
        told += look();
    }
    EXPECT_EQ(told, 2 * s) << "20 of 25 steps; the rest is not enough yet";
}

TEST_F(Clocks, of_which_the_time_of_day_is_set_back_are_told_of) {
    offset -= 3600 * s;
    EXPECT_EQ(look(), -3600 * s);
    EXPECT_EQ(look(), 0);
    offset += 3600 * s;
    EXPECT_EQ(look(), 3600 * s) << "and of being put right";
}

TEST_F(Clocks, a_small_step_back_hides_nothing_of_what_comes_ahead) {
    offset -= 900 * ms;
    EXPECT_EQ(look(), 0);
    offset += s;
    EXPECT_EQ(look(), s);
}

TEST_F(Clocks, that_could_not_be_read_together_say_nothing) {
    boot += 20 * s;
    offset -= 20 * s;  // the time of day was read, then this process stood still
    EXPECT_EQ(look(20 * s), 0);
    offset += 20 * s;
    EXPECT_EQ(look(), 0);
}

TEST(ThisMachine, goes_together_with_itself) {
    ClockWatch watch;
    for (int i = 0; i < 3; ++i) EXPECT_EQ(watch.moved_ns(read_clocks()), 0);
}

}  // namespace
}  // namespace ropewalk::dataplane::house
