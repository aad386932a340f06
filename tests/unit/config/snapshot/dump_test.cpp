#include "config/snapshot/dump.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/unit/config/snapshot/sample_orders.hpp"
#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::config::snapshot {
namespace {

struct Sample {
    schema::Gateway gateway = tests::unit::sample_gateway();
    Resolved resolved = tests::unit::resolved_for(gateway);
    std::vector<std::uint8_t> bytes() const { return build(gateway, resolved, 7).value(); }
};

TEST(SnapshotDump, json_holds_the_operators_words) {
    const std::vector<std::uint8_t> bytes = Sample().bytes();
    const auto json = dump_json(region::View(bytes), tests::unit::sample_orders(region::View(bytes)));
    EXPECT_EQ(json["gateway"], "edge");
    EXPECT_EQ(json["generation"], 7);
    EXPECT_EQ(json["dataplane"]["idle"], "adaptive");
    EXPECT_EQ(json["dataplane"]["eal_args"], "--log-level=7 --vdev=x");
    EXPECT_EQ(json["inside"]["mtu"], 1330);
    EXPECT_EQ(json["ports"]["wan2"]["driver"], "memif");
    EXPECT_EQ(json["ports"]["wan2"]["role"], "server");
    const auto& hub = json["tunnels"]["hub"];
    EXPECT_EQ(hub["cipher"], "aes-256-gcm");
    EXPECT_EQ(hub["rx_shards"], 1);
    EXPECT_EQ(hub["tx_shards"], 4);
    EXPECT_EQ(hub["inner_mtu"], 1330);
    EXPECT_EQ(hub["inner_mtu_now"], 1290);
    EXPECT_EQ(hub["window_packets"], 1 << 20);
    EXPECT_EQ(hub["tx_key_id"], "0xabc000001000");
    EXPECT_EQ(hub["paths"]["fibre"]["local"], "203.0.113.9:4500");
    EXPECT_EQ(hub["paths"]["fibre"]["next_hop"], "02:00:00:00:00:01");
    EXPECT_EQ(hub["paths"]["lte"]["next_hop"], "unknown");
    EXPECT_EQ(hub["classes"]["voice"]["match"]["dscp"], (nlohmann::ordered_json{34, 46}));
    EXPECT_EQ(hub["classes"]["voice"]["match"]["destination"], "198.51.100.128/25");
    EXPECT_EQ(hub["classes"]["voice"]["paths"], (nlohmann::ordered_json{"fibre", "dsl"}));
    EXPECT_EQ(hub["classes"]["rest"]["match"], "everything");
    EXPECT_EQ(hub["destinations"],
              (nlohmann::ordered_json{"198.51.100.0 - 198.51.100.63", "198.51.100.128 - 198.51.100.255",
                                      "2001:db8:1:: - 2001:db8:1:ffff:ffff:ffff:ffff:ffff"}));
    EXPECT_EQ(json["tunnels"]["depot"]["destinations"], (nlohmann::ordered_json{"198.51.100.64 - 198.51.100.127"}));
    EXPECT_EQ(json["tunnels"]["depot"]["paths"]["only"]["peer"], "[2001:db8::2]:4500");
}

TEST(SnapshotDump, names_the_port_of_the_inside_and_the_router_behind_it) {
    Sample sample;
    const std::vector<std::uint8_t> before = sample.bytes();
    EXPECT_EQ(dump_json(region::View(before), tests::unit::sample_orders(region::View(before)))["inside"]["interface"],
              "rw0");
    sample.gateway = tests::unit::behind_a_port(sample.gateway);
    sample.resolved = tests::unit::resolved_for(sample.gateway);
    const std::vector<std::uint8_t> bytes = sample.bytes();
    const auto json = dump_json(region::View(bytes), tests::unit::sample_orders(region::View(bytes)));
    EXPECT_FALSE(json["inside"].contains("interface"));
    EXPECT_EQ(json["inside"]["port"], "lan");
    EXPECT_EQ(json["inside"]["next_hop"], "02:00:00:00:00:01");
    EXPECT_EQ(json["ports"]["lan"]["mac"], "02:00:00:00:00:09");
}

TEST(SnapshotDump, text_holds_the_same_as_indented_lines) {
    const std::vector<std::uint8_t> bytes = Sample().bytes();
    const std::string text = dump_text(region::View(bytes), tests::unit::sample_orders(region::View(bytes)));
    EXPECT_TRUE(text.starts_with("gateway: edge\ngeneration: 7\ndataplane:\n  workers: 1\n")) << text;
    EXPECT_NE(text.find("tunnels:\n  hub:\n    peer: hub\n"), std::string::npos) << text;
    EXPECT_NE(text.find("        local: 203.0.113.9:4500\n"), std::string::npos) << text;
    EXPECT_NE(text.find("    classes: none\n"), std::string::npos) << "of depot\n" << text;
}

TEST(SnapshotDump, default_routes_reach_to_the_end_of_the_address_space) {
    Sample sample;
    sample.gateway.tunnels.resize(1);
    sample.gateway.tunnels[0].prefixes = {schema::parse_prefix("0.0.0.0/0").value(),
                                          schema::parse_prefix("::/0").value()};
    const std::vector<std::uint8_t> bytes = sample.bytes();
    EXPECT_EQ(dump_json(region::View(bytes),
                        tests::unit::sample_orders(region::View(bytes)))["tunnels"]["hub"]["destinations"],
              (nlohmann::ordered_json{"0.0.0.0 - 255.255.255.255", ":: - ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}));
}

TEST(SnapshotDump, shows_no_key_and_no_salt) {
    // The same configuration under other keys and salts, but the same ids, must look the same.
    Sample sample;
    const std::vector<std::uint8_t> first = sample.bytes();
    for (auto& [name, keys] : sample.resolved.keys) {
        keys.tx_key.fill(0xa5);
        keys.rx_key.fill(0xb6);
        keys.tx_salt.fill(0xc7);
        keys.rx_salt.fill(0xd8);
    }
    const std::vector<std::uint8_t> second = sample.bytes();
    ASSERT_NE(first, second);
    const StandingOrders orders = tests::unit::sample_orders(region::View(first));
    EXPECT_EQ(dump_text(region::View(first), orders), dump_text(region::View(second), orders));
    EXPECT_EQ(dump_json(region::View(first), orders), dump_json(region::View(second), orders));
}

}  // namespace
}  // namespace ropewalk::config::snapshot
