#include "config/snapshot/restore.hpp"

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "config/region/view.hpp"
#include "config/schema/read.hpp"
#include "config/snapshot/ranges.hpp"
#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::config::snapshot {
namespace {

using schema::Gateway;

/// Every kind of gateway that the tests have, and the examples.
std::vector<Gateway> gateways() {
    std::vector<Gateway> all{tests::unit::sample_gateway(), tests::unit::behind_a_port(tests::unit::sample_gateway()),
                             tests::unit::hub_with(300)};
    Gateway unusual = tests::unit::sample_gateway();
    unusual.dataplane.max_age = std::chrono::milliseconds(300);
    unusual.tunnels[0].paths[0].dscp = 46;
    unusual.ports[0].joined = Joined::off;
    auto& preferring = unusual.tunnels[0].classes[0];
    preferring.mode = Mode::backup;
    std::ranges::reverse(preferring.paths);
    all.push_back(unusual);
    for (const auto& file : std::filesystem::directory_iterator(ROPEWALK_EXAMPLES_DIR))
        if (auto gateway = schema::read_gateway_file(file.path())) all.push_back(std::move(*gateway));
    return all;
}

/// Knows only what no snapshot tells.
Gateway stranger(const Gateway& gateway) {
    Gateway like;
    like.inside.mtu = gateway.inside.mtu;
    return like;
}

/// Of which there are several ways to write the same.
Gateway without_classes(Gateway gateway) {
    for (schema::Tunnel& tunnel : gateway.tunnels) tunnel.classes.clear();
    return gateway;
}

TEST(Restore, WhatWasBuiltIsBuiltAgainFromIt) {
    const auto all = gateways();
    EXPECT_GE(all.size(), 5U);
    for (const Gateway& gateway : all) {
        Resolved resolved = tests::unit::resolved_for(gateway);
        const auto bytes = build(gateway, resolved, 7);
        ASSERT_TRUE(bytes) << bytes.error().message;
        const region::View snapshot(*bytes);
        EXPECT_EQ(without_classes(restore(snapshot, gateway)), without_classes(gateway)) << "the operator's own words";

        const Gateway restored = restore(snapshot, stranger(gateway));
        EXPECT_EQ(restored.ports, gateway.ports);
        EXPECT_EQ(restored.dataplane, gateway.dataplane);
        resolved.keys = keys_in(snapshot);
        const auto again = build(restored, resolved, 7);
        ASSERT_TRUE(again) << again.error().message;
        EXPECT_TRUE(*again == *bytes) << gateway.name;
    }
}

/// As after an edit of the file while no control ran.
TEST(Restore, OfAChangedFileOnlyWhatNoSnapshotTellsIsTaken) {
    const Gateway gateway = tests::unit::sample_gateway();
    Resolved resolved = tests::unit::resolved_for(gateway);
    const auto bytes = build(gateway, resolved, 7).value();
    Gateway changed = gateway;
    std::swap(changed.ports[0], changed.ports[1]);
    changed.ports[0].device = "eth9";
    changed.state_dir = "/elsewhere";
    changed.inside.addresses.clear();
    changed.tunnels[0].prefixes = {schema::parse_prefix("198.51.100.0/25").value()};
    changed.tunnels[0].paths[2].next_hop = schema::parse_mac_address("02:00:00:00:00:77");
    changed.tunnels[0].paths[2].port = "wan1";
    changed.tunnels[0].paths[0].rate.reset();
    changed.tunnels[0].key_file = "other.key";
    const Gateway restored = restore(region::View(bytes), changed);
    EXPECT_TRUE(build(restored, resolved, 7).value() == bytes);
    EXPECT_TRUE(restored.inside.addresses.empty());
    EXPECT_EQ(restored.tunnels[0].key_file, "other.key");
    EXPECT_EQ(restored.tunnels[0].paths[2].next_hop, std::nullopt) << "it belongs to another port";
}

TEST(Restore, AllTrafficIsOnePrefix) {
    std::vector<schema::Tunnel> tunnels(2);
    tunnels[0].prefixes = {schema::parse_prefix("0.0.0.0/0").value(), schema::parse_prefix("::/0").value()};
    auto restored = tunnels;
    set_prefixes(ranges_v4_of(tunnels), ranges_v6_of(tunnels), restored);
    EXPECT_EQ(restored, tunnels);
    tunnels[1].prefixes = {schema::parse_prefix("192.0.2.7/32").value()};
    set_prefixes(ranges_v4_of(tunnels), ranges_v6_of(tunnels), restored);
    EXPECT_EQ(restored[1].prefixes, tunnels[1].prefixes);
    EXPECT_EQ(restored[0].prefixes.size(), 32U + 1U) << "everything around one address";
}

}  // namespace
}  // namespace ropewalk::config::snapshot
