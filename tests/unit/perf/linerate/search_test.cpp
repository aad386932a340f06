#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "perf/linerate/search/binary_search.hpp"
#include "perf/linerate/search/mlr_search.hpp"

namespace ropewalk::perf::linerate::search {
namespace {

const Goal ndr{"ndr", 0, 0.1, 1, 4, 0.5, 0.01};
const Goal pdr{"pdr", 0.005, 0.1, 1, 4, 0.5, 0.01};
constexpr SearchLimits limits{1e4, 10e6, 600};

/// What a device forwards of a load, packets a second; trials are numbered from 0.
using Device = std::function<double(const TrialPlan&, unsigned trial)>;

Device with_capacity(double pps) {
    return [pps](const TrialPlan& plan, unsigned) { return std::min(plan.load_pps, pps); };
}

TrialResult try_out(const Device& device, const TrialPlan& plan, unsigned trial) {
    return {plan, static_cast<std::uint64_t>(plan.load_pps * plan.seconds),
            static_cast<std::uint64_t>(device(plan, trial) * plan.seconds)};
}

/// In virtual time: a trial of a second takes none.
MlrSearch searched(const Device& device, const SearchLimits& within = limits) {
    MlrSearch search({ndr, pdr}, within);
    for (unsigned trial = 0; trial < 10'000; ++trial) {
        const auto plan = search.next();
        if (!plan) return search;
        search.add(try_out(device, *plan, trial));
    }
    ADD_FAILURE() << "the search does not end";
    return search;
}

void expect_bounds_around(double pps, const GoalOutcome& outcome) {
    ASSERT_EQ(outcome.ending, Ending::found) << outcome.name;
    // A packet more or less in a trial is not seen.
    EXPECT_LE(*outcome.lower_pps, pps + 10);
    EXPECT_GE(*outcome.upper_pps, pps);
    EXPECT_LE(*outcome.upper_pps - *outcome.lower_pps, 0.01 * *outcome.upper_pps + 1);
}

TEST(LineRateSearch, FindsACapacityWithinItsWidth) {
    for (const double capacity : {20e3, 333e3, 4.2e6, 9.9e6}) {
        const MlrSearch search = searched(with_capacity(capacity));
        const auto outcomes = search.outcomes();
        expect_bounds_around(capacity, outcomes[0]);
        // 0.5 % more load loses 0.5 %.
        expect_bounds_around(capacity / 0.995, outcomes[1]);
        EXPECT_DOUBLE_EQ(*outcomes[0].conditional_throughput_pps, *outcomes[0].lower_pps);
        EXPECT_LT(search.seconds_spent(), 60);
    }
}

TEST(LineRateSearch, GoalsShareTrials) {
    MlrSearch alone({ndr}, limits);
    unsigned trials = 0;
    while (const auto plan = alone.next()) alone.add(try_out(with_capacity(3e6), *plan, trials++));
    EXPECT_LT(searched(with_capacity(3e6)).seconds_spent(), 1.8 * alone.seconds_spent());
}

TEST(LineRateSearch, ATrialThatLosesByChanceDoesNotDecide) {
    // Every third trial loses a packet whatever the load; half of them may.
    const auto outcomes = searched([](const TrialPlan& plan, unsigned trial) {
                              return std::min(plan.load_pps, 5e6) - (trial % 3 == 0 ? 1 / plan.seconds : 0);
                          }).outcomes();
    EXPECT_EQ(outcomes[0].ending, Ending::found);
    EXPECT_NEAR(*outcomes[0].lower_pps, 5e6, 0.03 * 5e6);
    expect_bounds_around(5e6 / 0.995, outcomes[1]);
}

TEST(LineRateSearch, SurvivesLossByTheDice) {
    std::mt19937 dice(7);
    const auto outcomes = searched([&](const TrialPlan& plan, unsigned) {
                              const bool unlucky = dice() % 4 == 0;
                              return std::min(plan.load_pps, 2e6) * (unlucky ? 0.9 : 1);
                          }).outcomes();
    for (const auto& outcome : outcomes) EXPECT_NEAR(*outcome.lower_pps, 2e6, 0.15 * 2e6) << outcome.name;
}

TEST(LineRateSearch, ASlowStartCostsTimeNotTheResult) {
    const auto outcomes = searched([](const TrialPlan& plan, unsigned trial) {
                              return std::min(plan.load_pps, trial < 5 ? 1e6 : 6e6);
                          }).outcomes();
    EXPECT_NEAR(*outcomes[1].lower_pps, 6e6 / 0.995, 0.02 * 6e6);
}

TEST(LineRateSearch, ADeviceThatLosesAlwaysHasNoRateWithoutLoss) {
    const auto outcomes =
        searched([](const TrialPlan& plan, unsigned) { return 0.999 * std::min(plan.load_pps, 5e6); }).outcomes();
    EXPECT_EQ(outcomes[0].ending, Ending::fails_min_load);
    EXPECT_FALSE(outcomes[0].lower_pps);
    EXPECT_EQ(outcomes[1].ending, Ending::found);
    EXPECT_NEAR(*outcomes[1].lower_pps, 5e6 * 0.999 / 0.995, 0.02 * 5e6);
}

TEST(LineRateSearch, ADeviceFasterThanTheLoadPasses) {
    for (const auto& outcome : searched(with_capacity(20e6)).outcomes()) {
        EXPECT_EQ(outcome.ending, Ending::passes_max_load);
        EXPECT_DOUBLE_EQ(*outcome.lower_pps, limits.max_load_pps);
    }
}

TEST(LineRateSearch, StopsWhenItsTimeIsOver) {
    const MlrSearch search = searched(with_capacity(3e6), {1e4, 10e6, 2});
    EXPECT_LE(search.seconds_spent(), 2 + 1);
    EXPECT_EQ(search.outcomes()[1].ending, Ending::out_of_time);
}

TEST(LineRateSearch, TimeLostForTrialsThatDoNotCountIsOverToo) {
    MlrSearch search({ndr, pdr}, {1e4, 10e6, 20});
    search.add(try_out(with_capacity(3e6), *search.next(), 0));
    search.lose(19.95);
    EXPECT_FALSE(search.next());
}

TEST(LineRateSearch, ClassifiesAsTheStandardSays) {
    const auto trial = [](double seconds, std::uint64_t lost) { return TrialResult{{100, seconds}, 100, 100 - lost}; };
    using Trials = std::vector<TrialResult>;
    EXPECT_EQ(classify(ndr, Trials{}), LoadClass::undecided);
    EXPECT_EQ(classify(ndr, Trials{trial(1, 0)}), LoadClass::undecided);
    // Half the sum may be lost: two good seconds of four are enough, two bad ones are not.
    EXPECT_EQ(classify(ndr, Trials{trial(1, 0), trial(1, 0)}), LoadClass::lower_bound);
    EXPECT_EQ(classify(ndr, Trials{trial(1, 1), trial(1, 1)}), LoadClass::undecided);
    EXPECT_EQ(classify(ndr, Trials{trial(1, 1), trial(1, 1), trial(1, 1)}), LoadClass::upper_bound);
    EXPECT_EQ(classify(ndr, Trials{trial(1, 0), trial(1, 0), trial(1, 1), trial(1, 1)}), LoadClass::lower_bound);
    // Short trials can condemn a load, never confirm it.
    EXPECT_EQ(classify(ndr, Trials(50, trial(0.1, 0))), LoadClass::undecided);
    EXPECT_EQ(classify(ndr, Trials(25, trial(0.1, 1))), LoadClass::upper_bound);
}

TEST(LineRateSearch, ConditionalThroughputLeavesOutWhatMayExceed) {
    const auto trial = [](std::uint64_t lost) { return TrialResult{{1000, 1}, 1000, 1000 - lost}; };
    EXPECT_DOUBLE_EQ(conditional_throughput(ndr, std::vector{trial(0), trial(0), trial(500), trial(500)}), 1000);
    EXPECT_DOUBLE_EQ(conditional_throughput(ndr, std::vector{trial(0), trial(100), trial(500), trial(500)}), 900);
    EXPECT_DOUBLE_EQ(conditional_throughput(ndr, std::vector{trial(0)}), 0);
}

TEST(LineRateSearch, HalvesAsRfc2544Does) {
    BinarySearch search({1e4, 10e6, 3600}, 60, 0.001);
    unsigned trials = 0;
    while (const auto plan = search.next()) {
        EXPECT_EQ(plan->seconds, 60);
        search.add(try_out(with_capacity(3.3e6), *plan, trials++));
    }
    EXPECT_EQ(search.outcome().ending, Ending::found);
    EXPECT_LE(*search.outcome().lower_pps, 3.3e6);
    EXPECT_NEAR(*search.outcome().lower_pps, 3.3e6, 0.001 * 3.3e6);
    EXPECT_LT(trials, 15U);
}

TEST(LineRateSearch, HalvingEndsWithNoneOrAll) {
    BinarySearch none(limits, 1, 0.01), all(limits, 1, 0.01);
    while (const auto plan = none.next()) none.add({*plan, 100, 99});
    while (const auto plan = all.next()) all.add({*plan, 100, 100});
    EXPECT_EQ(none.outcome().ending, Ending::fails_min_load);
    EXPECT_EQ(all.outcome().ending, Ending::passes_max_load);
}

}  // namespace
}  // namespace ropewalk::perf::linerate::search
