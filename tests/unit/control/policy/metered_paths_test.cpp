#include "control/policy/metered_paths.hpp"

#include <gtest/gtest.h>

#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::control::policy {
namespace {

using paths::HealthTable;
using paths::PathState;

/// The first path of the first tunnel is metered; the others are as they are set.
class MeteredPathsTest : public ::testing::Test {
protected:
    static constexpr std::uint64_t ms = 1'000'000, second = 1000 * ms;

    MeteredPathsTest() {
        gateway.tunnels[0].paths[0].metered = config::Metered::yes;
        health.configure(gateway, resolved);
        set_others(PathState::up);
    }
    std::uint32_t slot(std::size_t path) const {
        return resolved.path_slots.at(config::snapshot::path_key(gateway.tunnels[0], gateway.tunnels[0].paths[path]));
    }
    void set(std::size_t path, PathState state) { health.take_over(slot(path), {.state = state}, {}); }
    void set_others(PathState state) {
        for (std::size_t path = 1; path < gateway.tunnels[0].paths.size(); ++path) set(path, state);
    }
    void pass(std::uint64_t time_ns) {
        for (const std::uint64_t end = now + time_ns; now < end; now += 5 * ms) metered.run(drains, now, health);
    }
    const HealthTable::Entry& first() const { return *health.find(slot(0)); }

    config::schema::Gateway gateway = tests::unit::sample_gateway();
    config::snapshot::Resolved resolved = tests::unit::resolved_for(gateway);
    HealthTable health;
    Drains drains;
    MeteredPaths metered;
    std::uint64_t now = 100 * second;
};

TEST_F(MeteredPathsTest, IsIdleFromTheFirstMoment) {
    EXPECT_TRUE(first().is_idle);
    EXPECT_EQ(first().interval_ns, HealthTable::idle_interval_ns);
    EXPECT_FALSE(health.find(slot(1))->is_idle);
    set(0, PathState::up);
    EXPECT_EQ(HealthTable::shown(first()).state, PathState::metered_idle);
    set(0, PathState::down);
    EXPECT_EQ(HealthTable::shown(first()).state, PathState::down);
    pass(10 * second);
    EXPECT_TRUE(first().is_idle);
}

TEST_F(MeteredPathsTest, IsNeededWhileNoOtherIsWellAndIdleAWhileAfterwards) {
    pass(second);
    for (const PathState state : {PathState::suspect, PathState::lossy, PathState::down}) {
        set_others(state);
        pass(MeteredPaths::needed_after_ns / 2);
        EXPECT_TRUE(first().is_idle) << "it may be over at once";
        pass(MeteredPaths::needed_after_ns);
        EXPECT_FALSE(first().is_idle);
        EXPECT_EQ(first().interval_ns, first().usual_interval_ns);
        set(1, PathState::up);
        pass(MeteredPaths::idle_after_ns / 2);
        EXPECT_FALSE(first().is_idle);
        pass(MeteredPaths::idle_after_ns);
        EXPECT_TRUE(first().is_idle);
    }
}

TEST_F(MeteredPathsTest, APathThatComesAndGoesCountsAnew) {
    set_others(PathState::down);
    pass(second);
    for (int i = 0; i < 10; ++i) {
        set(1, PathState::up);
        pass(MeteredPaths::idle_after_ns - 50 * ms);
        set(1, PathState::down);
        pass(50 * ms);
        EXPECT_FALSE(first().is_idle);
    }
}

TEST_F(MeteredPathsTest, AReloadThatTakesTheWordAwayMakesItLikeTheOthers) {
    pass(second);
    gateway.tunnels[0].paths[0].metered = config::Metered::no;
    health.configure(gateway, resolved);
    EXPECT_FALSE(first().is_idle);
    pass(second);
    EXPECT_FALSE(first().is_idle);
    EXPECT_EQ(first().interval_ns, first().usual_interval_ns);
}

}  // namespace
}  // namespace ropewalk::control::policy
