#include <gtest/gtest.h>

#include <limits>

#include "perf/linerate/running_clock.hpp"

namespace ropewalk::perf::linerate {
namespace {

constexpr RunningClock::Patience patience{10, 100};

/// Generator and gateways on time, from the last look up to `until`.
class LineRateClock : public ::testing::Test {
protected:
    void both_run(std::uint64_t until) {
        while (now_ < until) clock_.look(now_ += 5, ++turns_);
    }
    void gateways_stand_still(std::uint64_t until) {
        while (now_ < until) clock_.look(now_ += 5, turns_);
    }
    void generator_stands_still(std::uint64_t until) { clock_.look(now_ = until, ++turns_); }
    std::uint64_t held() const { return clock_.held_by_generator() + clock_.held_by_gateways(); }

    std::uint64_t now_ = 1000, turns_ = 7;
    RunningClock clock_{patience, now_, turns_};
};

TEST_F(LineRateClock, CountsEveryMomentWhileBothRun) {
    both_run(2000);
    EXPECT_EQ(clock_.running(), 1000U);
    EXPECT_EQ(held(), 0U);
    EXPECT_LT(clock_.undisturbed_since(), 1000U);
}

TEST_F(LineRateClock, LeavesOutWhatTheGeneratorWasAwayFor) {
    both_run(1100);
    generator_stands_still(1500);
    EXPECT_EQ(clock_.running(), 100U);
    EXPECT_EQ(clock_.held_by_generator(), 400U);
    EXPECT_EQ(clock_.longest_hold(), 400U);
    EXPECT_EQ(clock_.undisturbed_since(), 1500U);
    both_run(1600);
    EXPECT_EQ(clock_.running(), 200U);
}

TEST_F(LineRateClock, AShortPauseIsTimeLikeAnyOther) {
    generator_stands_still(1010);
    EXPECT_EQ(clock_.running(), 10U);
    gateways_stand_still(1110);
    EXPECT_EQ(clock_.running(), 110U);
    EXPECT_EQ(held(), 0U);
}

TEST_F(LineRateClock, TakesBackWhatItCountedBeforeItKnewThatGatewaysWereAway) {
    both_run(1100);
    gateways_stand_still(1700);
    EXPECT_EQ(clock_.running(), 200U) << "100 passed until it knew, and time does not go back";
    EXPECT_EQ(clock_.undisturbed_since(), std::numeric_limits<std::uint64_t>::max());
    both_run(1705);
    EXPECT_EQ(clock_.undisturbed_since(), 1705U);
    both_run(1800);
    EXPECT_EQ(clock_.running(), 200U) << "what waits for the gateways since then is offered already";
    both_run(1900);
    EXPECT_EQ(clock_.running(), 300U);
    EXPECT_EQ(clock_.held_by_gateways(), 600U);
    EXPECT_EQ(clock_.held_by_generator(), 0U);
    EXPECT_EQ(clock_.longest_hold(), 600U);
    EXPECT_EQ(clock_.running() + held(), now_ - 1000);
}

TEST_F(LineRateClock, AddsUpWhateverHappens) {
    for (int i = 0; i < 50; ++i) {
        both_run(now_ + 200);
        gateways_stand_still(now_ + 50 + 20 * static_cast<std::uint64_t>(i));
        generator_stands_still(now_ + static_cast<std::uint64_t>(i));
    }
    both_run(now_ + 1000);
    EXPECT_EQ(clock_.running() + held(), now_ - 1000);
}

TEST_F(LineRateClock, SilenceOfGatewaysAddsUpOverSpellsOfTheGenerator) {
    both_run(1100);
    for (int spell = 0; spell < 10; ++spell) {
        gateways_stand_still(now_ + 60);
        clock_.look(now_ += 400, turns_);
    }
    EXPECT_EQ(clock_.running(), 200U);
    EXPECT_EQ(clock_.held_by_gateways(), 600U);
    EXPECT_EQ(clock_.held_by_generator(), 4000U);
    EXPECT_EQ(clock_.longest_hold(), 4200U) << "the first spell was not known to be one";
    both_run(now_ + 300);
    EXPECT_EQ(clock_.running(), 400U);
    EXPECT_EQ(clock_.running() + held(), now_ - 1000);
}

TEST_F(LineRateClock, AGeneratorBackAgainGivesGatewaysTheirPatience) {
    generator_stands_still(1500);
    gateways_stand_still(1600);
    EXPECT_EQ(clock_.running(), 100U);
    EXPECT_EQ(clock_.held_by_gateways(), 0U);
}

TEST(LineRateWallClock, CountsEveryMoment) {
    RunningClock clock(RunningClock::Patience::endless(), 50, 1);
    clock.look(1'000'000'050, 1);
    EXPECT_EQ(clock.running(), 1'000'000'000U);
    EXPECT_EQ(clock.undisturbed_since(), 0U);
}

}  // namespace
}  // namespace ropewalk::perf::linerate
