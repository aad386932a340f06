#include "control/policy/inner_mtus.hpp"

#include <gtest/gtest.h>

#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::control::policy {
namespace {

using config::region::TunnelOrder;
using config::schema::Bytes;

/// One tunnel over four ports of 1500 bytes, IPv4 outside, both versions inside; no path has a next hop before it is
/// seen.
class InnerMtusTest : public ::testing::Test {
protected:
    void SetUp() override { paths.configure(gateway, resolved); }

    std::uint32_t slot_of(unsigned path) const { return resolved.path_slots.at("site0/path" + std::to_string(path)); }
    /// The path is in use.
    void see(unsigned path, std::uint32_t interface_mtu, std::uint32_t route_mtu) {
        const std::vector<paths::NextHopFact> seen{
            {slot_of(path), config::schema::MacAddress{{2, 0, 0, 0, 0, 1}}, "", "", "", interface_mtu, route_mtu}};
        paths.run(seen, 1, ignored);
    }
    InnerMtu found() const { return inner_mtu_of(gateway, gateway.tunnels[0], resolved, paths); }
    std::uint32_t tunnel_slot() const { return resolved.tunnel_slots.at("site0"); }
    /// What the events of another look tell.
    events::Events run() {
        events::Events events;
        inner_mtus.run(gateway, resolved, paths, events);
        return events;
    }

    config::schema::Gateway gateway = tests::unit::hub_with(1);
    config::snapshot::Resolved resolved = tests::unit::resolved_for(gateway);
    paths::PathTable paths;
    events::Events ignored;
    InnerMtus inner_mtus;
};

TEST_F(InnerMtusTest, is_the_configured_one_while_the_kernel_says_nothing_smaller) {
    EXPECT_EQ(found().bytes, 1430);
    EXPECT_EQ(found().source, "path path0, MTU 1500 of port wan0");
    see(1, 9000, 1500);
    EXPECT_EQ(found().bytes, 1430);
    EXPECT_EQ(found().source, "path path0, MTU 1500 of port wan0");
    gateway.tunnels[0].paths[2].mtu = Bytes{1480};
    EXPECT_EQ(found().bytes, 1410);
    EXPECT_EQ(found().source, "path path2, its MTU of 1480");
}

TEST_F(InnerMtusTest, follows_the_narrowest_path_in_use) {
    see(1, 1460, 0);
    EXPECT_EQ(found().bytes, 1390);
    EXPECT_EQ(found().source, "path path1, MTU 1460 of interface eth1");
    see(3, 1500, 1400);
    EXPECT_EQ(found().bytes, 1330);
    EXPECT_EQ(found().source, "path path3, MTU 1400 of the route to 198.51.100.4");
    see(3, 1500, 0);
    EXPECT_EQ(found().bytes, 1390) << "what ICMP said holds for a while only";
    see(1, 1500, 0);
    EXPECT_EQ(found().bytes, 1430);
}

TEST_F(InnerMtusTest, follows_what_probes_found) {
    see(1, 1500, 0);
    EXPECT_TRUE(paths.learn(slot_of(1), {1400, false}));
    EXPECT_EQ(found().bytes, 1330);
    EXPECT_EQ(found().source, "path path1, MTU 1400 found by probing");
    see(1, 1500, 1380);
    EXPECT_EQ(found().source, "path path1, MTU 1380 of the route to 198.51.100.2");
    EXPECT_FALSE(paths.learn(slot_of(1), {1400, false})) << "no news";
    see(1, 1500, 0);
    EXPECT_EQ(found().bytes, 1330) << "what was probed stays when the kernel looks again";
    paths.learn(slot_of(1), {1300, false});
    EXPECT_EQ(found().too_narrow.at(slot_of(1)),
              "MTU 1300 found by probing leaves 1230 bytes for inner packets where inner IPv6 needs 1280: larger ones "
              "are lost on this path; it needs 1352 bytes or more all the way");
    paths.learn(slot_of(1), {0, false});
    EXPECT_EQ(found().bytes, 1430);
    EXPECT_FALSE(paths.learn(0xffff, {1400, false})) << "no such path";
}

TEST_F(InnerMtusTest, of_another_wire_format_has_its_overhead) {
    gateway.tunnels[0].wire = config::Wire::esp;
    see(0, 1500, 1400);
    EXPECT_EQ(found().bytes, 1338);
}

TEST_F(InnerMtusTest, a_path_that_is_not_in_use_makes_nothing_narrow) {
    const std::vector<paths::NextHopFact> seen{{slot_of(1), std::nullopt, "", "", "no route", 1400, 1300}};
    paths.run(seen, 1, ignored);
    EXPECT_EQ(found().bytes, 1430);
}

TEST_F(InnerMtusTest, what_the_yaml_says_of_the_inside_is_a_limit) {
    gateway.inside.mtu = Bytes{1300};
    see(0, 1500, 1400);
    EXPECT_EQ(found().bytes, 1300);
    EXPECT_EQ(found().source, "inside.mtu of the configuration");
    gateway.inside.mtu = Bytes{1500};
    EXPECT_EQ(found().bytes, 1330);
}

TEST_F(InnerMtusTest, a_path_that_leaves_less_than_ipv6_needs_does_not_count_and_is_named) {
    see(0, 1460, 0);
    see(1, 1500, 1300);
    EXPECT_EQ(found().bytes, 1390);
    ASSERT_TRUE(found().too_narrow.contains(slot_of(1)));
    EXPECT_EQ(found().too_narrow.at(slot_of(1)),
              "MTU 1300 of the route to 198.51.100.2 leaves 1230 bytes for inner packets where inner IPv6 needs 1280: "
              "larger ones are lost on this path; it needs 1352 bytes or more all the way");
    see(0, 1351, 0);
    EXPECT_EQ(found().bytes, 1280) << "no path in use is wide enough";
    EXPECT_NE(found().source.find("every path is too narrow"), std::string::npos) << found().source;
    EXPECT_NE(found().too_narrow.at(slot_of(0)).find("ip link set eth0 mtu 1352"), std::string::npos)
        << found().too_narrow.at(slot_of(0));
    see(0, 1352, 0);
    EXPECT_EQ(found().bytes, 1282);
}

TEST_F(InnerMtusTest, with_ipv4_inside_alone_the_least_is_lower) {
    std::erase_if(gateway.tunnels[0].prefixes,
                  [](const auto& prefix) { return prefix.address.family == config::Family::ipv6; });
    see(0, 1500, 0);
    see(1, 1500, 700);
    EXPECT_EQ(found().bytes, 630);
    see(1, 1500, 600);
    EXPECT_EQ(found().bytes, 1430);
    EXPECT_TRUE(found().too_narrow.contains(slot_of(1)));
}

TEST_F(InnerMtusTest, a_change_is_told_once_and_so_is_its_end) {
    EXPECT_TRUE(run().empty()) << "as configured";
    EXPECT_EQ(inner_mtus.of(tunnel_slot()).bytes, 1430);
    see(1, 1500, 1400);
    const auto told = run();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].tunnel_slot, tunnel_slot());
    const auto& change = std::get<events::InnerMtuChanged>(told[0].what);
    EXPECT_EQ(change.bytes, 1330);
    EXPECT_EQ(change.before, 1430);
    EXPECT_EQ(change.source, "path path1, MTU 1400 of the route to 198.51.100.2");
    EXPECT_EQ(inner_mtus.of(tunnel_slot()).bytes, 1330);
    EXPECT_TRUE(run().empty());
    see(1, 1500, 0);
    EXPECT_TRUE(events::has<events::InnerMtuChanged>(run()));
    EXPECT_TRUE(run().empty());
}

TEST_F(InnerMtusTest, a_path_too_narrow_is_told_once_and_when_it_is_over) {
    see(0, 1500, 0);
    see(1, 1500, 1300);
    const auto told = run();
    ASSERT_EQ(told.size(), 1U) << "the inner MTU is that of the other paths";
    EXPECT_TRUE(std::holds_alternative<events::PathTooNarrow>(told[0].what));
    EXPECT_EQ(told[0].path_slot, slot_of(1));
    EXPECT_TRUE(run().empty());
    see(1, 1500, 0);
    EXPECT_TRUE(events::has<events::PathWideEnough>(run()));
    EXPECT_TRUE(run().empty());
}

TEST_F(InnerMtusTest, what_an_earlier_control_ordered_holds_until_the_kernel_was_asked) {
    inner_mtus.take_over({{tunnel_slot(), TunnelOrder{1, 7, 1330}}});
    for (unsigned path = 0; path < 4; ++path) paths.remember(slot_of(path), {{2, 0, 0, 0, 0, 1}});
    EXPECT_TRUE(run().empty());
    EXPECT_EQ(inner_mtus.of(tunnel_slot()).bytes, 1330);
    for (unsigned path = 0; path < 3; ++path) see(path, 1500, 0);
    EXPECT_TRUE(run().empty());
    EXPECT_EQ(inner_mtus.of(tunnel_slot()).bytes, 1330) << "the last path may be the narrow one";
    see(3, 1500, 0);
    EXPECT_TRUE(events::has<events::InnerMtuChanged>(run()));
    EXPECT_EQ(inner_mtus.of(tunnel_slot()).bytes, 1430);
}

TEST_F(InnerMtusTest, what_an_earlier_control_ordered_holds_until_probes_had_their_time) {
    inner_mtus.take_over({{tunnel_slot(), TunnelOrder{1, 7, 1330}}});
    for (unsigned path = 0; path < 4; ++path) see(path, 1500, 0);
    paths.learn(slot_of(2), {0, true});
    EXPECT_TRUE(run().empty());
    EXPECT_EQ(inner_mtus.of(tunnel_slot()).bytes, 1330);
    EXPECT_EQ(inner_mtus.of(tunnel_slot()).source, "as an earlier control ordered");
    see(1, 1500, 1380);
    EXPECT_TRUE(events::has<events::InnerMtuChanged>(run())) << "what is less is less";
    see(1, 1500, 0);
    EXPECT_TRUE(events::has<events::InnerMtuChanged>(run())) << "back to what was ordered";
    paths.learn(slot_of(2), {0, false});
    run();
    EXPECT_EQ(inner_mtus.of(tunnel_slot()).bytes, 1430);
}

TEST_F(InnerMtusTest, what_an_earlier_control_left_is_no_order_when_it_makes_no_sense) {
    for (const std::uint16_t left : {0, 1, 1279, 1431, 65535}) {
        InnerMtus fresh;
        fresh.take_over({{tunnel_slot(), TunnelOrder{1, 7, left}}});
        paths.remember(slot_of(0), {{2, 0, 0, 0, 0, 1}});
        fresh.run(gateway, resolved, paths, ignored);
        EXPECT_EQ(fresh.of(tunnel_slot()).bytes, 1430) << left;
    }
}

}  // namespace
}  // namespace ropewalk::control::policy
