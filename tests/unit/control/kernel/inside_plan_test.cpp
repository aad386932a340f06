#include <linux/rtnetlink.h>

#include <gtest/gtest.h>

#include "control/kernel/inside_plan.hpp"
#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::control::kernel {
namespace {

using config::schema::parse_ip_address;
using config::schema::Prefix;

Prefix prefix(const char* text) {
    return config::schema::parse_prefix(text).value();
}

kernel::InsideWanted wanted() {
    const auto source = parse_ip_address("192.0.2.1");
    return {1430,
            {prefix("192.0.2.1/24"), prefix("2001:db8::1/64")},
            {{prefix("198.51.100.0/24"), 0, source}, {prefix("203.0.113.0/24"), 1300, source}}};
}

kernel::InterfaceAddress address(const char* text, bool is_ours) {
    return {7, prefix(text), is_ours, false};
}

kernel::Route our_route(const char* destination, std::uint16_t mtu) {
    kernel::Route route;
    route.destination = prefix(destination);
    route.interface = 7;
    route.protocol = kernel::our_protocol;
    route.table = RT_TABLE_MAIN;
    route.mtu = mtu;
    route.source = parse_ip_address("192.0.2.1");
    return route;
}

/// All is as it should be.
kernel::InsideFound settled() {
    kernel::InsideFound found;
    found.link.index = 7;
    found.link.mtu = 1430;
    found.link.up = true;
    found.addresses = {address("192.0.2.1/24", true), address("2001:db8::1/64", true)};
    found.our_routes = {our_route("198.51.100.0/24", 0), our_route("203.0.113.0/24", 1300)};
    return found;
}

TEST(InsidePlan, NothingToDoIsNothingDone) {
    EXPECT_TRUE(kernel::plan_inside(wanted(), settled(), {}).is_empty());
}

TEST(InsidePlan, AFreshInterfaceGetsEverything) {
    kernel::InsideFound fresh;
    fresh.link.index = 7;
    fresh.link.mtu = 1500;
    fresh.link.makes_own_ipv6_address = true;
    const kernel::InsidePlan plan = kernel::plan_inside(wanted(), fresh, {});
    EXPECT_TRUE(plan.stop_own_ipv6_address && plan.set_up);
    EXPECT_EQ(plan.mtu, 1430);
    EXPECT_EQ(plan.add_addresses, wanted().addresses);
    EXPECT_EQ(plan.add_routes, wanted().routes);
    EXPECT_TRUE(plan.replace_routes.empty() && plan.remove_routes.empty() && plan.remove_addresses.empty());
}

TEST(InsidePlan, AnMtuThatSomebodyElseSetIsSetBack) {
    for (const std::uint32_t mtu : {68U, 1300U, 1431U, 9000U}) {
        kernel::InsideFound found = settled();
        found.link.mtu = mtu;
        EXPECT_EQ(kernel::plan_inside(wanted(), found, {}).mtu, 1430) << mtu;
    }
}

TEST(InsidePlan, OnlyWhatIsOursIsRemoved) {
    kernel::InsideFound found = settled();
    found.addresses.push_back(address("198.18.0.1/24", false));
    found.addresses.push_back(address("198.18.1.1/24", true));
    found.addresses.push_back(address("198.18.2.1/24", false));
    found.our_routes.push_back(our_route("198.19.0.0/16", 0));
    const kernel::InsidePlan plan = kernel::plan_inside(wanted(), found, {prefix("198.18.2.1/24")});
    EXPECT_EQ(plan.remove_addresses, (std::vector{prefix("198.18.1.1/24"), prefix("198.18.2.1/24")}));
    EXPECT_EQ(plan.remove_routes, std::vector{our_route("198.19.0.0/16", 0)});
    EXPECT_TRUE(plan.add_addresses.empty() && plan.add_routes.empty());
}

TEST(InsidePlan, TheKernelsLinkLocalAddressGoesOnceAndAnOperatorsStays) {
    kernel::InsideFound found = settled();
    kernel::InterfaceAddress link_local = address("fe80::1/64", false);
    link_local.is_link_local = true;
    found.addresses.push_back(link_local);
    EXPECT_TRUE(kernel::plan_inside(wanted(), found, {}).is_empty());
    found.link.makes_own_ipv6_address = true;
    EXPECT_EQ(kernel::plan_inside(wanted(), found, {}).remove_addresses, std::vector{prefix("fe80::1/64")});
}

TEST(InsidePlan, ARouteWithAnotherMtuOrSourceIsReplacedInOneStep) {
    kernel::InsideFound found = settled();
    found.our_routes[0].mtu = 1280;
    found.our_routes[1].source.reset();
    const kernel::InsidePlan plan = kernel::plan_inside(wanted(), found, {});
    EXPECT_EQ(plan.replace_routes, wanted().routes);
    EXPECT_TRUE(plan.add_routes.empty() && plan.remove_routes.empty());
}

TEST(InsidePlan, ARouteInAnotherTableThanItsOwnMoves) {
    kernel::InsideWanted moved = wanted();
    moved.routes[0].table = kernel::wide_table;
    const kernel::InsidePlan plan = kernel::plan_inside(moved, settled(), {});
    EXPECT_EQ(plan.add_routes, std::vector{moved.routes[0]});
    EXPECT_EQ(plan.remove_routes, std::vector{our_route("198.51.100.0/24", 0)});
}

TEST(InsidePlan, RulesAreMadeAnewWholeBeforeTheOldOnesGo) {
    kernel::InsideWanted with_rules = wanted();
    kernel::InsideFound found = settled();
    kernel::Rule first, last;
    first.source = prefix("203.0.113.1/32");
    last.table = kernel::wide_table;
    with_rules.rules = {first, last};
    found.our_rules = {first, last};
    EXPECT_TRUE(kernel::plan_inside(with_rules, found, {}).is_empty());
    found.our_rules = {last};
    const kernel::InsidePlan plan = kernel::plan_inside(with_rules, found, {});
    EXPECT_EQ(plan.add_rules, with_rules.rules) << "a rule that is added alone would stand behind the last one";
    EXPECT_EQ(plan.remove_rules, found.our_rules);
    found.our_rules = {last, first};
    EXPECT_EQ(kernel::plan_inside(with_rules, found, {}).add_rules, with_rules.rules) << "in order";
}

TEST(InsideWanted, NamesThePathsThatTheKernelSees) {
    const kernel::InsideWanted wanted = kernel::inside_wanted(tests::unit::sample_gateway(), {});
    ASSERT_EQ(wanted.paths.size(), 2U) << "the others are on a memif port";
    EXPECT_EQ(wanted.paths[0].key, "hub/fibre");
    EXPECT_EQ(wanted.paths[0].interface, "eth1");
    EXPECT_EQ(wanted.paths[0].peer, parse_ip_address("198.51.100.10"));
    EXPECT_EQ(wanted.routes[0].tunnel, "hub");
}

TEST(InsideWanted, WidePrefixesHaveATableOfTheirOwn) {
    auto gateway = tests::unit::sample_gateway();
    gateway.tunnels[0].prefixes = {prefix("0.0.0.0/0"), prefix("128.0.0.0/1"), prefix("198.18.0.0/15"),
                                   prefix("::/0"),      prefix("2000::/3"),    prefix("2001:db8::/32")};
    const kernel::InsideWanted wanted = kernel::inside_wanted(gateway, {});
    std::vector<bool> is_wide;
    for (std::size_t i = 0; i < 6; ++i) is_wide.push_back(wanted.routes[i].table == kernel::wide_table);
    EXPECT_EQ(is_wide, (std::vector{true, true, false, true, true, false}));
}

TEST(InsideWanted, NarrowTunnelsHaveTheirMtuOnTheirRoutes) {
    auto gateway = tests::unit::sample_gateway();
    // hub: 1400 bytes by lte, IPv4, copy header; depot: 1500 by IPv6, esp.
    const std::uint16_t hub = config::snapshot::inner_mtu_of(gateway, gateway.tunnels[0]);
    const std::uint16_t depot = config::snapshot::inner_mtu_of(gateway, gateway.tunnels[1]);
    ASSERT_LT(hub, depot);
    kernel::InsideWanted wanted = kernel::inside_wanted(gateway, {});
    EXPECT_EQ(wanted.mtu, hub);
    ASSERT_EQ(wanted.routes.size(), 3U);
    for (const kernel::InsideRoute& route : wanted.routes) EXPECT_EQ(route.mtu, 0);
    EXPECT_EQ(wanted.routes[0].source, parse_ip_address("192.0.2.1"));
    EXPECT_FALSE(wanted.routes[1].source) << "no inside address is IPv6";

    gateway.inside.mtu = config::schema::Bytes{1440};
    wanted = kernel::inside_wanted(gateway, {});
    EXPECT_EQ(wanted.mtu, 1440);
    EXPECT_EQ(wanted.routes[0].mtu, hub);
    EXPECT_EQ(wanted.routes[2].mtu, std::min<std::uint16_t>(depot, 1440) < 1440 ? depot : 0);
}

TEST(InsideWanted, ATunnelThatIsNarrowNowMakesNoOtherNarrow) {
    auto gateway = tests::unit::sample_gateway();
    const std::uint16_t hub = config::snapshot::inner_mtu_of(gateway, gateway.tunnels[0]);
    const auto wanted = kernel::inside_wanted(gateway, {{"hub", 1290}});
    EXPECT_EQ(wanted.mtu, hub) << "depot carries that";
    EXPECT_EQ(wanted.routes[0].mtu, 1290);
    EXPECT_EQ(wanted.routes[2].mtu, 0) << "depot's";
}

TEST(InsideWanted, TheInterfaceIsNoWiderThanWhatSomeTunnelCarriesNow) {
    auto gateway = tests::unit::sample_gateway();
    auto wanted = kernel::inside_wanted(gateway, {{"hub", 1290}, {"depot", 1300}});
    EXPECT_EQ(wanted.mtu, 1300);
    EXPECT_EQ(wanted.routes[0].mtu, 1290);
    EXPECT_EQ(wanted.routes[2].mtu, 0);
    gateway.tunnels.resize(1);
    wanted = kernel::inside_wanted(gateway, {{"hub", 1290}});
    EXPECT_EQ(wanted.mtu, 1290);
    EXPECT_EQ(wanted.routes[0].mtu, 0);
    gateway.inside.mtu = config::schema::Bytes{1320};
    wanted = kernel::inside_wanted(gateway, {{"hub", 1290}});
    EXPECT_EQ(wanted.mtu, 1320) << "as the operator says";
    EXPECT_EQ(wanted.routes[0].mtu, 1290);
}

TEST(InsideWanted, TheInterfaceStaysWideEnoughForIpv6) {
    auto gateway = tests::unit::sample_gateway();
    gateway.tunnels.erase(gateway.tunnels.begin());
    EXPECT_EQ(kernel::inside_wanted(gateway, {{"depot", 700}}).mtu, 700);
    gateway.inside.addresses.push_back(prefix("2001:db8::1/64"));
    const auto wanted = kernel::inside_wanted(gateway, {{"depot", 700}});
    EXPECT_EQ(wanted.mtu, 1280) << "the kernel takes IPv6 away from an interface of less";
    EXPECT_EQ(wanted.routes[0].mtu, 700);
}

}  // namespace
}  // namespace ropewalk::control::kernel
