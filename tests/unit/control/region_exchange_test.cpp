#include "control/region_exchange.hpp"

#include <unistd.h>

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "config/region/region.hpp"
#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::control {
namespace {

using config::region::DataplaneState;
using config::region::LinkCode;
using config::region::LinkReason;
using config::region::Region;
using config::region::Role;
using publication::Liveness;

/// Control's look at a dataplane with two workers whose heart beats at 100 s.
class RegionExchangeTest : public ::testing::Test {
protected:
    static constexpr std::uint64_t second = 1'000'000'000;

    RegionExchangeTest()
        : region(Region::create_or_take_over(name).value()), theirs(Region::attach(name, Role::dataplane).value()) {
        auto& section = theirs.dataplane();
        section.worker_count.store(2);
        for (int worker = 0; worker < 2; ++worker) section.workers[worker].turned_ns.store(100 * second);
        section.heartbeat_ns.store(100 * second);
        section.state.store(static_cast<std::uint32_t>(DataplaneState::running));
    }
    ~RegionExchangeTest() override { ::unlink(config::region::region_path(name).c_str()); }

    Facts look(std::uint64_t now_ns) { return exchange.look(now_ns, Liveness::alive, resolved); }

    const std::string name = "unit-exchange-" + std::to_string(::getpid());
    Region region, theirs;
    RegionExchange exchange{region};
    const config::snapshot::Resolved resolved = tests::unit::resolved_for(tests::unit::hub_with(2));
    const std::uint32_t path = resolved.path_slots.at("site1/path2"), port = resolved.port_slots.at("wan3"),
                        tunnel = resolved.tunnel_slots.at("site1");
};

TEST_F(RegionExchangeTest, SeesWhatWorkersLeftOfPathsPortsAndTunnels) {
    auto& section = theirs.dataplane();
    section.signals[0][path].heard_ns.set(98 * second);
    section.signals[1][path].heard_ns.set(99 * second);
    section.signals[2][path].heard_ns.set(101 * second);
    const config::region::ProbeSight newer{98 * second, 5, 6, 7000, 8, 9, 10, 11, 12};
    section.signals[0][path].probe.store({.arrived_ns = 97 * second});
    section.signals[1][path].probe.store(newer);
    section.signals[2][path].probe.store({.arrived_ns = 99 * second});
    section.counters[0].paths[path].rx_copies.set(10);
    section.counters[1].paths[path].rx_copies.set(20);
    section.counters[1].paths[path].rx_missing.set(3);
    section.links[port].code.store(static_cast<std::uint8_t>(LinkCode::down));
    section.links[port].reason.store(static_cast<std::uint8_t>(LinkReason::set_down));
    section.tunnel_signals[0][tunnel].behind_ns.set(97 * second);
    section.tunnel_signals[0][tunnel].behind.set(11);
    section.tunnel_signals[1][tunnel].behind_ns.set(96 * second);
    section.tunnel_signals[1][tunnel].behind.set(22);
    const Facts facts = look(100 * second);
    ASSERT_TRUE(facts.path_sights);
    EXPECT_EQ(facts.path_sights->seen_ns, 100 * second);
    EXPECT_EQ(facts.heard_until_ns, 100 * second);
    EXPECT_EQ(facts.path_looks.size(), 8U);
    const auto look_at = std::ranges::find(facts.path_looks, path, &paths::PathLook::path_slot);
    ASSERT_NE(look_at, facts.path_looks.end());
    EXPECT_EQ(look_at->heard_ns, 99 * second) << "of the two workers there are";
    EXPECT_EQ(look_at->probe, newer) << "the newest";
    ASSERT_TRUE(look_at->copies);
    EXPECT_EQ(look_at->copies->came, 30U);
    EXPECT_EQ(look_at->copies->missing, 3U);
    EXPECT_EQ(facts.path_sights->ports.at(port).link, LinkCode::down);
    EXPECT_EQ(facts.path_sights->ports.at(port).reason, LinkReason::set_down);
    ASSERT_EQ(facts.numbers_behind.size(), 1U);
    EXPECT_EQ(facts.numbers_behind.at(tunnel).seen_ns, 97 * second) << "the newest";
    EXPECT_EQ(facts.numbers_behind.at(tunnel).numbers, 11U);
}

TEST_F(RegionExchangeTest, NobodyListensWhileAWorkerStandsStill) {
    theirs.dataplane().workers[1].turned_ns.store(99 * second);
    EXPECT_EQ(look(100 * second).heard_until_ns, 99 * second);
}

TEST_F(RegionExchangeTest, CountsWhatUsersSentWithoutControlsOwnMessages) {
    auto& section = theirs.dataplane();
    section.counters[0].tunnels[tunnel].sealed_packets.set(100);
    section.counters[0].tunnels[tunnel].injected_packets.set(30);
    section.counters[1].tunnels[tunnel].sealed_packets.set(5);
    section.counters[2].tunnels[tunnel].sealed_packets.set(1'000);
    const Facts facts = look(100 * second);
    EXPECT_EQ(facts.user_packets.at(tunnel), 75U) << "of the two workers there are";
    EXPECT_EQ(facts.user_packets.size(), 2U);
    EXPECT_TRUE(look(100 * second + 20'000'000).user_packets.empty());
}

TEST_F(RegionExchangeTest, LooksAtManyCellsOnceInAWhile) {
    ASSERT_TRUE(look(100 * second).path_sights);
    EXPECT_FALSE(look(100 * second + 20'000'000).path_sights);
    EXPECT_TRUE(look(101 * second).path_sights);
}

TEST_F(RegionExchangeTest, HearsNothingAfterTheLastBeat) {
    EXPECT_EQ(look(102 * second).path_sights->seen_ns, 100 * second);
    const Facts facts = look(110 * second);
    ASSERT_TRUE(facts.path_sights) << "that it stands still is to be seen, too";
    EXPECT_EQ(facts.path_sights->seen_ns, 0U);
    EXPECT_TRUE(facts.path_looks.empty());
    EXPECT_EQ(facts.heard_until_ns, 0U);
}

}  // namespace
}  // namespace ropewalk::control
