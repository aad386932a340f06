#include "control/paths/health_table.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::control::paths {
namespace {

using config::region::ProbeSight;
using config::region::ReceptionFigures;

/// The paths of one tunnel, probed by a peer that hears us on all of them.
class HealthTableTest : public ::testing::Test {
protected:
    static constexpr std::uint64_t ms = 1'000'000, second = 1000 * ms, tick = 5 * ms;

    struct Line {
        std::uint32_t slot = 0;
        std::uint64_t one_way_ns = 10 * ms;
        bool is_alive = true;
        unsigned lost_of_100 = 0;
        std::uint64_t interval_ns = 50 * ms;
        std::uint32_t sent = 0, came = 0;
        ReceptionFigures told = {0, 0, 0, 0};
        ProbeSight probe;
    };

    HealthTableTest() {
        health.configure(gateway, resolved);
        table.configure(gateway, resolved);
        std::vector<NextHopFact> hops;
        for (const auto& path : gateway.tunnels[0].paths) {
            Line line;
            line.slot = resolved.path_slots.at(config::snapshot::path_key(gateway.tunnels[0], path));
            hops.push_back({line.slot, config::schema::MacAddress{{2, 0, 0, 0, 0, 1}}, "", "", "", 1500, 0});
            lines.push_back(line);
        }
        events::Events ignored;
        table.run(hops, now, ignored);
        const auto bytes = peers::encode({{0, 1, 0}, "hub", {1}, 1, false, true});
        config::region::Message message{};
        message.head.tunnel_slot = resolved.tunnel_slots.at(gateway.tunnels[0].name);
        message.size = bytes.size();
        std::ranges::copy(bytes, message.bytes.begin());
        peers.receive(message);
    }

    void pass(std::uint64_t time_ns) {
        for (const std::uint64_t end = now + time_ns; now < end; now += tick) {
            std::vector<PathLook> looks;
            for (Line& line : lines) {
                line.sent += 10;
                line.came = line.sent - line.sent * line.lost_of_100 / 100;
                if (line.is_alive && now >= line.probe.arrived_ns + line.interval_ns)
                    line.probe = {.arrived_ns = now,
                                  .sent_ns = now - line.one_way_ns + clocks_apart,
                                  .answered_ns = now - 2 * line.one_way_ns - 5 * ms,
                                  .kept_ns = 5 * ms,
                                  .reception = line.told.pack(),
                                  .number = line.probe.number + 1,
                                  .copies = line.sent,
                                  .came = line.came,
                                  .interval_us = static_cast<std::uint32_t>(line.interval_ns / 1000)};
                looks.push_back({line.slot, line.probe.arrived_ns, line.probe, 0, std::nullopt});
            }
            health.run({table, sights, peers, looks, now, metered}, now);
        }
    }
    PathState state(std::size_t line) const { return health.find(lines[line].slot)->health.state(); }
    const HealthTable::Entry& entry(std::size_t line) const { return *health.find(lines[line].slot); }

    const config::schema::Gateway gateway = tests::unit::hub_with(1);
    const config::snapshot::Resolved resolved = tests::unit::resolved_for(gateway);
    HealthTable health;
    PathTable table;
    PathSights sights;
    peers::Peers peers;
    std::vector<Line> lines;
    std::vector<MeteredPath> metered;
    std::uint64_t now = 1000 * second, clocks_apart = 3'600 * second;
};

TEST_F(HealthTableTest, AllPathsComeUpAndStayUp) {
    pass(second);
    for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(state(i), PathState::up);
    EXPECT_NEAR(static_cast<double>(entry(0).delay.round_trip_ns()), 20.0 * ms, 0.1 * ms);
}

TEST_F(HealthTableTest, DelaysAreComparedWithinTheTunnelWhateverTheClocksSay) {
    lines[1].one_way_ns = 60 * ms;
    pass(2 * second);
    EXPECT_EQ(entry(0).rx_delay_over_best_ns, 0U);
    EXPECT_NEAR(static_cast<double>(entry(1).rx_delay_over_best_ns), 50.0 * ms, 0.1 * ms);
    EXPECT_NEAR(entry(1).reception.delay_over_best_us, 50'000, 100) << "as the peer will be told";
    lines[1].one_way_ns = 400 * ms;
    pass(second);
    EXPECT_EQ(state(1), PathState::slow);
    EXPECT_EQ(state(0), PathState::up);
}

TEST_F(HealthTableTest, AStepOfTheClockIsNoDelay) {
    pass(second);
    clocks_apart += 3'600 * second;
    pass(2 * second);
    for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(state(i), PathState::up);
}

TEST_F(HealthTableTest, WhatThePeerSentAndDidNotComeIsLoss) {
    pass(2 * second);
    EXPECT_EQ(entry(0).reception.proven_lost, 0);
    lines[0].lost_of_100 = 20;
    pass(2 * second);
    EXPECT_NEAR(entry(0).reception.proven_loss(), 0.2, 0.02);
    EXPECT_EQ(state(0), PathState::lossy);
    EXPECT_EQ(state(1), PathState::up);
}

TEST_F(HealthTableTest, WhatThePeerDoesNotReceiveIsItsToTell) {
    pass(second);
    lines[1].told.proven_lost = 50;
    pass(200 * ms);
    EXPECT_EQ(state(1), PathState::lossy);
    EXPECT_EQ(entry(1).health.reason().cause, HealthCause::tx_loss);
    lines[0].told.delay_over_best_us = 300'000;
    pass(200 * ms);
    EXPECT_EQ(state(0), PathState::slow);
    EXPECT_EQ(entry(0).health.reason().cause, HealthCause::tx_delay);
}

TEST_F(HealthTableTest, APeerThatBeginsAnewHasLostNothing) {
    pass(2 * second);
    for (Line& line : lines) line.sent = 0;
    pass(2 * second);
    for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(state(i), PathState::up);
}

TEST_F(HealthTableTest, APathThatStopsIsDownAndTheOthersAreNot) {
    pass(second);
    lines[0].is_alive = false;
    pass(160 * ms);
    EXPECT_EQ(state(0), PathState::down);
    EXPECT_EQ(state(1), PathState::up);
    const auto shown = HealthTable::shown(entry(0));
    EXPECT_EQ(shown.state, PathState::down);
    EXPECT_EQ(shown.flaps, 1);
    EXPECT_GT(shown.hold_down_until_ns, now);
    EXPECT_NEAR(static_cast<double>(shown.round_trip_ns), 20.0 * ms, 0.1 * ms);
}

TEST_F(HealthTableTest, WhatWasSentWhileItWasDeadIsNoLossAfterwards) {
    pass(2 * second);
    lines[0].is_alive = false;
    pass(10 * second);
    ASSERT_EQ(state(0), PathState::down);
    lines[0].is_alive = true;
    for (int i = 0; i < 1000; ++i) {
        pass(tick);
        ASSERT_TRUE(state(0) == PathState::down || state(0) == PathState::up) << word_of(state(0));
    }
    EXPECT_EQ(state(0), PathState::up);
}

TEST_F(HealthTableTest, AShorterIntervalKillsNoPath) {
    pass(2 * second);
    auto faster = gateway;
    faster.tunnels[0].probe_interval = std::chrono::milliseconds(10);
    health.configure(faster, resolved);
    for (int i = 0; i < 400; ++i) {
        pass(tick);
        ASSERT_EQ(state(0), PathState::up) << "the peer goes on every 50 ms, and has kept ours for so long";
    }
}

TEST_F(HealthTableTest, AnIdleMeteredPathIsProbedOnceASecond) {
    pass(2 * second);
    metered = {{lines[0].slot, Duty::idle}};
    lines[0].interval_ns = second;
    pass(20 * second);
    EXPECT_EQ(state(0), PathState::metered_idle);
    EXPECT_EQ(entry(0).interval_ns, HealthTable::idle_probe_interval_ns);
    EXPECT_EQ(entry(1).interval_ns, 50 * ms);
    metered = {{lines[0].slot, Duty::carries}};
    pass(tick);
    EXPECT_EQ(state(0), PathState::up);
    EXPECT_EQ(entry(0).interval_ns, 50 * ms);
    pass(2 * second);
    EXPECT_EQ(state(0), PathState::up) << "the peer need not have noticed yet";
}

TEST_F(HealthTableTest, APathThatIsNoLongerMeteredCarries) {
    metered = {{lines[0].slot, Duty::idle}};
    pass(2 * second);
    metered = {};
    health.configure(gateway, resolved);
    EXPECT_EQ(entry(0).duty, Duty::carries);
    EXPECT_EQ(entry(0).interval_ns, 50 * ms);
}

TEST_F(HealthTableTest, WhatIsKnownStaysOverAReload) {
    pass(second);
    lines[0].is_alive = false;
    pass(second);
    auto changed = gateway;
    std::ranges::reverse(changed.tunnels[0].paths);
    health.configure(changed, resolved);
    EXPECT_EQ(state(0), PathState::down);
    EXPECT_EQ(state(1), PathState::up);
}

TEST_F(HealthTableTest, WithoutControlMessagesNothingIsJudged) {
    auto stock = gateway;
    stock.tunnels[0].wire = config::Wire::esp;
    health = {};
    health.configure(stock, resolved);
    pass(20 * second);
    EXPECT_EQ(state(0), PathState::unknown);
}

}  // namespace
}  // namespace ropewalk::control::paths
