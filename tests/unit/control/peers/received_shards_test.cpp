#include "control/peers/received_shards.hpp"

#include <gtest/gtest.h>

#include "config/snapshot/build.hpp"
#include "control/kernel/endpoint_holder.hpp"
#include "control/peers/hello_exchange.hpp"
#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::control::peers {
namespace {

using config::schema::Gateway;

constexpr std::uint64_t second = 1'000'000'000;

/// One tunnel, `site0`.
Gateway with_shards(std::uint8_t shards) {
    Gateway gateway = tests::unit::hub_with(1);
    gateway.tunnels[0].shards = shards;
    return gateway;
}

class ReceivedShardsTest : public ::testing::Test {
protected:
    void configure(std::uint8_t count, std::uint64_t now_ns) {
        gateway = with_shards(count);
        shards.configure(gateway, now_ns);
    }
    int open() const { return shards.opened(gateway).tunnels[0].shards; }
    int told() const { return shards.announced().at("site0"); }

    Gateway gateway;
    peers::ReceivedShards shards;
};

TEST_F(ReceivedShardsTest, MoreAreToldWhenEveryWorkerListens) {
    configure(1, 0);
    EXPECT_FALSE(shards.is_waiting());
    configure(4, second);
    EXPECT_EQ(open(), 4);
    EXPECT_EQ(told(), 1);
    EXPECT_TRUE(shards.is_waiting());
    shards.in_use();
    EXPECT_EQ(told(), 4);
    EXPECT_FALSE(shards.is_waiting());
}

TEST_F(ReceivedShardsTest, FewerAreToldAtOnceAndTheRestStaysOpenForAWhile) {
    configure(4, 0);
    shards.in_use();
    configure(2, second);
    EXPECT_EQ(told(), 2);
    EXPECT_EQ(open(), 4);
    EXPECT_FALSE(shards.expire(ReceivedShards::open_ns + second - 1));
    EXPECT_EQ(open(), 4);
    EXPECT_TRUE(shards.expire(ReceivedShards::open_ns + second));
    EXPECT_EQ(open(), 2);
    EXPECT_FALSE(shards.expire(ReceivedShards::open_ns + 2 * second));
}

TEST_F(ReceivedShardsTest, ChangesOneAfterTheOtherKeepOpenWhatAnyOfThemLeft) {
    configure(8, 0);
    shards.in_use();
    configure(4, second);
    configure(2, 2 * second);
    EXPECT_EQ(open(), 8);
    configure(4, 3 * second);
    EXPECT_EQ(told(), 2) << "those that came back wait as any do";
    EXPECT_EQ(open(), 8);
    shards.expire(ReceivedShards::open_ns + 2 * second);
    EXPECT_EQ(open(), 4);
}

TEST_F(ReceivedShardsTest, ATunnelThatGoesLeavesNothing) {
    configure(4, 0);
    shards.in_use();
    shards.configure(tests::unit::hub_with(0), second);
    EXPECT_TRUE(shards.announced().empty());
    configure(1, 2 * second);
    EXPECT_EQ(open(), 1);
}

TEST_F(ReceivedShardsTest, WhatIsConfiguredNowComesFirst) {
    configure(4, 0);
    shards.in_use();
    gateway = with_shards(1);
    gateway.tunnels[0].wire = config::Wire::esp;
    shards.configure(gateway, second);
    EXPECT_EQ(open(), 1) << "a stock peer has one port";
    configure(4, second);
    gateway = with_shards(1);
    auto& other = gateway.tunnels[0].paths.emplace_back(gateway.tunnels[0].paths[0]);
    other.name = "other";
    other.id = 9;
    other.local.udp_port = 4502;
    shards.configure(gateway, 2 * second);
    EXPECT_EQ(open(), 1) << "another path has one of the ports";
}

TEST_F(ReceivedShardsTest, ARestartOfControlGoesOn) {
    const Gateway before = with_shards(4);
    const auto bytes = config::snapshot::build(before, tests::unit::resolved_for(before), 1).value();
    for (const auto state : {ReceivedShards::Previous::published, ReceivedShards::Previous::in_use}) {
        shards = {};
        shards.take_over(config::region::View(bytes), state);
        configure(4, second);
        EXPECT_EQ(told(), state == ReceivedShards::Previous::in_use ? 4 : 1);
        EXPECT_EQ(open(), 4);
        shards = {};
        shards.take_over(config::region::View(bytes), state);
        configure(2, second);
        EXPECT_EQ(open(), 4) << "copies are on their way to the old ports";
        EXPECT_EQ(told(), state == ReceivedShards::Previous::in_use ? 2 : 1);
    }
}

TEST_F(ReceivedShardsTest, HellosSayWhatMayBeTold) {
    configure(4, 0);
    const auto resolved = tests::unit::resolved_for(gateway);
    paths::PathTable known;
    known.configure(gateway, resolved);
    known.remember(resolved.path_slots.begin()->second, {{2, 0, 0, 0, 0, 1}});
    for (const peers::HelloTarget& target : peers::hello_targets(gateway, resolved, known, shards.announced()))
        EXPECT_EQ(target.shards, 1);
    shards.in_use();
    const auto targets = peers::hello_targets(gateway, resolved, known, shards.announced());
    ASSERT_FALSE(targets.empty());
    for (const peers::HelloTarget& target : targets) EXPECT_EQ(target.shards, 4);
}

TEST_F(ReceivedShardsTest, EveryOpenPortIsHeld) {
    configure(3, 0);
    kernel::EndpointHolder holder;
    holder.configure(shards.opened(gateway));
    EXPECT_EQ(holder.held().size(), 3 * gateway.tunnels[0].paths.size());
    for (const auto& path : gateway.tunnels[0].paths)
        for (std::uint16_t shard = 0; shard < 3; ++shard)
            EXPECT_TRUE(
                holder.held().contains({path.local.address, static_cast<std::uint16_t>(path.local.udp_port + shard)}));
}

}  // namespace
}  // namespace ropewalk::control::peers
