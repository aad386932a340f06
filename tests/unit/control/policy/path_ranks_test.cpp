#include "control/policy/path_ranks.hpp"

#include <gtest/gtest.h>

namespace ropewalk::control::policy {
namespace {

using paths::HealthTable;
using paths::PathState;

constexpr std::uint32_t ms = 1000;

/// Three paths of one tunnel with slots 10, 11, 12, as their peer sees them.
class PathRanksTest : public ::testing::Test {
protected:
    PathRanksTest() {
        for (std::uint32_t i = 0; i < 3; ++i) {
            HealthTable::Entry entry;
            entry.path_slot = 10 + i;
            entry.tunnel_slot = 1;
            entries.push_back(std::move(entry));
            set(i, PathState::up, 10 * ms * i);
        }
    }
    void set(std::size_t path, PathState state, std::uint32_t behind_us) {
        entries[path].health = {};
        entries[path].health.take_over({.state = state});
        entries[path].reception_of_peer = {0, 0, behind_us, 0};
    }
    std::vector<unsigned> order() {
        ranks.run(entries);
        std::vector<unsigned> by_rank(entries.size(), 99);
        for (std::size_t i = 0; i < entries.size(); ++i) by_rank.at(ranks.of(entries[i].path_slot)) = unsigned(i);
        return by_rank;
    }

    std::vector<HealthTable::Entry> entries;
    PathRanks ranks;
};

using Order = std::vector<unsigned>;

TEST_F(PathRanksTest, TheFastestComesFirst) {
    EXPECT_EQ(order(), (Order{0, 1, 2}));
    set(2, PathState::up, 0);
    set(0, PathState::up, 30 * ms);
    EXPECT_EQ(order(), (Order{2, 1, 0}));
}

TEST_F(PathRanksTest, WhatIsWellComesBeforeWhatIsWorseAndThisBeforeWhatIsDead) {
    set(0, PathState::down, 0);
    set(1, PathState::lossy, 0);
    EXPECT_EQ(order(), (Order{2, 1, 0}));
    set(1, PathState::suspect, 0);
    EXPECT_EQ(order(), (Order{1, 2, 0})) << "a suspect keeps its place: it may only have been late";
}

TEST_F(PathRanksTest, WhatCostsByTheByteComesBehindAllThatLives) {
    entries[0].metered = config::Metered::yes;
    EXPECT_EQ(order(), (Order{1, 2, 0}));
    set(1, PathState::lossy, 0);
    set(2, PathState::suspect, 50 * ms);
    set(0, PathState::metered_idle, 0);
    EXPECT_EQ(order(), (Order{2, 1, 0}));
    set(1, PathState::down, 0);
    EXPECT_EQ(order(), (Order{2, 0, 1}));
}

TEST_F(PathRanksTest, PathsThatAreAboutEqualDoNotTakeTurns) {
    order();
    for (int i = 0; i < 10; ++i) {
        set(0, PathState::up, i % 2 == 0 ? 1 * ms : 0);
        set(1, PathState::up, i % 2 == 0 ? 0 : 1 * ms);
        EXPECT_EQ(order(), (Order{0, 1, 2}));
    }
    set(0, PathState::up, 3 * ms);
    set(1, PathState::up, 0);
    EXPECT_EQ(order(), (Order{1, 0, 2}));
}

TEST_F(PathRanksTest, AChainOfSmallStepsDoesNotKeepASlowPathFirst) {
    set(0, PathState::up, 3 * ms);
    set(1, PathState::up, 3 * ms / 2);
    set(2, PathState::up, 0);
    EXPECT_EQ(order(), (Order{2, 0, 1}));
}

TEST_F(PathRanksTest, WhatIsNotKnownKeepsItsPlace) {
    order();
    entries[0].reception_of_peer = {};
    EXPECT_EQ(order(), (Order{0, 1, 2}));
    entries[1].reception_of_peer = {};
    set(2, PathState::up, 0);
    EXPECT_EQ(order(), (Order{0, 1, 2}));
}

TEST_F(PathRanksTest, AnotherControlGoesOnFromTheOrders) {
    using config::region::PathOrder;
    for (auto& entry : entries) entry.reception_of_peer = {};
    PathRanks successor;
    PathOrder last{}, middle{}, first{};
    last.rank = 2, middle.rank = 1;
    successor.take_over({{10, last}, {11, first}, {12, middle}});
    successor.run(entries);
    EXPECT_EQ(successor.of(11), 0);
    EXPECT_EQ(successor.of(12), 1);
    EXPECT_EQ(successor.of(10), 2);
}

TEST_F(PathRanksTest, TunnelsAreRankedByThemselves) {
    HealthTable::Entry other;
    other.path_slot = 77;
    other.tunnel_slot = 2;
    entries.push_back(std::move(other));
    ranks.run(entries);
    EXPECT_EQ(ranks.of(77), 0);
    EXPECT_EQ(ranks.of(10), 0);
    EXPECT_EQ(ranks.of(12), 2);
    EXPECT_EQ(ranks.of(5), 0xff);
}

}  // namespace
}  // namespace ropewalk::control::policy
