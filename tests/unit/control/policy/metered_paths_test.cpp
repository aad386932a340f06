#include "control/policy/metered_paths.hpp"

#include <gtest/gtest.h>

#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::control::policy {
namespace {

using config::Metered;
using config::schema::TrafficClass;
using paths::Duty;
using paths::PathState;

/// Four paths of one tunnel, of which the third costs by the byte.
class MeteredPathsTest : public ::testing::Test {
protected:
    static constexpr std::uint64_t ms = 1'000'000, second = 1000 * ms;

    MeteredPathsTest() {
        gateway.tunnels[0].paths[2].metered = Metered::yes;
        configure();
        for (const std::size_t path : {0, 1, 2, 3}) set(path, PathState::up);
    }
    void configure() {
        health.configure(gateway, resolved);
        metered.configure(gateway, resolved);
    }
    std::uint32_t slot_of(std::size_t path) const {
        return resolved.path_slots.at(config::snapshot::path_key(gateway.tunnels[0], gateway.tunnels[0].paths[path]));
    }
    void set(std::size_t path, PathState state) { health.take_over(slot_of(path), {.state = state}, {}); }
    void set_others(PathState state) {
        for (const std::size_t path : {0, 1, 3}) set(path, state);
    }
    Duty duty_after(std::uint64_t time_ns) {
        now += time_ns;
        metered.run(health, drains, now, told);
        EXPECT_EQ(metered.paths().size(), 1U);
        EXPECT_EQ(metered.paths().front().path_slot, slot_of(2));
        return metered.paths().front().duty;
    }
    void add_class(config::Mode mode, std::vector<std::size_t> paths) {
        TrafficClass added;
        added.name = "some";
        added.mode = mode;
        for (const std::size_t path : paths) added.paths.push_back(gateway.tunnels[0].paths[path].name);
        gateway.tunnels[0].classes = {added};
        configure();
    }

    config::schema::Gateway gateway = tests::unit::hub_with(1);
    const config::snapshot::Resolved resolved = tests::unit::resolved_for(gateway);
    paths::HealthTable health;
    Drains drains;
    MeteredPaths metered;
    std::uint64_t now = 1000 * second;
    events::Events told;
};

TEST_F(MeteredPathsTest, IsIdleWhileAnotherOneIsFit) {
    EXPECT_EQ(duty_after(0), Duty::idle);
    set(0, PathState::down);
    set(1, PathState::suspect);
    EXPECT_EQ(duty_after(ms), Duty::idle);
    set(3, PathState::slow);
    EXPECT_EQ(duty_after(ms), Duty::idle) << "slow is fit";
}

TEST_F(MeteredPathsTest, CarriesAtOnceWhenNoOtherOneIsFit) {
    for (const PathState unfit : {PathState::suspect, PathState::lossy, PathState::down, PathState::init}) {
        set_others(PathState::up);
        ASSERT_EQ(duty_after(10 * second), Duty::idle);
        set_others(unfit);
        EXPECT_EQ(duty_after(ms), Duty::carries) << paths::word_of(unfit);
    }
}

TEST_F(MeteredPathsTest, IsIdleAgainWhenAnotherOneWasFitForAWhile) {
    set_others(PathState::down);
    duty_after(60 * second);
    set(1, PathState::up);
    EXPECT_EQ(duty_after(2 * second), Duty::carries);
    set(1, PathState::suspect);
    EXPECT_EQ(duty_after(0), Duty::carries);
    set(1, PathState::up);
    EXPECT_EQ(duty_after(MeteredPaths::calm_of_others_ns - ms), Duty::carries) << "it counts from the last time";
    EXPECT_EQ(duty_after(ms), Duty::idle);
}

TEST_F(MeteredPathsTest, IsToldWhenItBeginsAndEndsToCost) {
    duty_after(0);
    told.clear();
    duty_after(ms);
    EXPECT_TRUE(told.empty());
    set_others(PathState::down);
    duty_after(ms);
    duty_after(ms);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(std::holds_alternative<events::MeteredPathNeeded>(told[0].what));
    EXPECT_EQ(told[0].path_slot, slot_of(2));
    set_others(PathState::up);
    duty_after(10 * second);
    duty_after(ms);
    ASSERT_EQ(told.size(), 2U);
    EXPECT_TRUE(std::holds_alternative<events::MeteredPathIdle>(told[1].what));
}

TEST_F(MeteredPathsTest, OtherMeteredAndDrainedPathsAreNoOthers) {
    for (const std::size_t path : {0, 1, 3}) gateway.tunnels[0].paths[path].metered = Metered::yes;
    configure();
    metered.run(health, drains, now, told);
    ASSERT_EQ(metered.paths().size(), 4U);
    for (const auto& path : metered.paths()) EXPECT_EQ(path.duty, Duty::carries);

    for (const std::size_t path : {0, 1, 3}) gateway.tunnels[0].paths[path].metered = Metered::no;
    configure();
    ASSERT_EQ(duty_after(10 * second), Duty::idle);
    events::Events ignored;
    for (const std::size_t path : {0, 1, 3})
        drains.ask({1, paths::PathWish::drain, gateway.tunnels[0].paths[path].name}, gateway, resolved, ignored);
    EXPECT_EQ(duty_after(ms), Duty::carries);
}

TEST_F(MeteredPathsTest, IsReservedForAClassThatPrefersIt) {
    add_class(config::Mode::backup, {2, 0, 1, 3});
    EXPECT_EQ(duty_after(10 * second), Duty::reserved);
    add_class(config::Mode::backup, {0, 2, 1, 3});
    EXPECT_EQ(duty_after(10 * second), Duty::idle);
    set(0, PathState::suspect);
    EXPECT_EQ(duty_after(ms), Duty::reserved) << "it is next";
    set_others(PathState::down);
    EXPECT_EQ(duty_after(ms), Duty::carries);
}

TEST_F(MeteredPathsTest, IsReservedForAClassThatHasNoOtherFitOne) {
    add_class(config::Mode::duplicate, {2, 3});
    EXPECT_EQ(duty_after(10 * second), Duty::idle);
    set(3, PathState::down);
    EXPECT_EQ(duty_after(ms), Duty::reserved);
    add_class(config::Mode::duplicate, {2});
    EXPECT_EQ(duty_after(10 * second), Duty::reserved);
    add_class(config::Mode::best, {0, 1});
    EXPECT_EQ(duty_after(10 * second), Duty::idle);
}

TEST_F(MeteredPathsTest, AReloadChangesNothingOfWhatIsKnown) {
    set_others(PathState::down);
    ASSERT_EQ(duty_after(0), Duty::carries);
    set(1, PathState::up);
    configure();
    EXPECT_EQ(duty_after(second), Duty::carries);
    EXPECT_EQ(duty_after(MeteredPaths::calm_of_others_ns), Duty::idle);
}

}  // namespace
}  // namespace ropewalk::control::policy
