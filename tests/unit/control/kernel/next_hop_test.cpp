#include <linux/fib_rules.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include <cerrno>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "control/kernel/next_hop.hpp"

namespace ropewalk::control::kernel {
namespace {

using config::schema::IpAddress;
using config::schema::MacAddress;
using config::schema::parse_ip_address;
using config::schema::parse_mac_address;

const IpAddress peer = *parse_ip_address("198.51.100.10"), router = *parse_ip_address("203.0.113.1");
const MacAddress old_mac = *parse_mac_address("02:00:00:00:00:01"), new_mac = *parse_mac_address("02:00:00:00:00:02");

kernel::Link ethernet() {
    kernel::Link link;
    link.index = 3;
    link.name = "wan1";
    link.mac = parse_mac_address("02:00:00:00:00:99");
    link.up = link.has_carrier = true;
    return link;
}

kernel::Route by_router() {
    kernel::Route route;
    route.gateway = router;
    route.interface = 3;
    route.type = RTN_UNICAST;
    return route;
}

kernel::Neighbour neighbour(std::uint16_t state, std::optional<MacAddress> mac) {
    return {3, router, mac, state, false};
}

kernel::NextHopFacts good_facts() {
    return {"wan1", peer, ethernet(), by_router(), neighbour(NUD_REACHABLE, new_mac)};
}

TEST(NextHop, IsTheRoutersAddress) {
    const kernel::NextHop hop = kernel::choose_next_hop(good_facts(), std::nullopt);
    EXPECT_EQ(hop.mac, new_mac);
    EXPECT_EQ(hop.via, router);
    EXPECT_EQ(hop.problem, "");
}

TEST(NextHop, IsThePeerItselfOnLink) {
    kernel::NextHopFacts facts = good_facts();
    facts.route->value().gateway.reset();
    EXPECT_EQ(kernel::choose_next_hop(facts, std::nullopt).via, peer);
    EXPECT_EQ(kernel::neighbour_of(**facts.route, peer), peer);
}

TEST(NextHop, EveryUsableStateCounts) {
    for (const std::uint16_t state : {NUD_REACHABLE, NUD_STALE, NUD_DELAY, NUD_PROBE, NUD_PERMANENT, NUD_NOARP}) {
        kernel::NextHopFacts facts = good_facts();
        facts.neighbour = neighbour(state, new_mac);
        EXPECT_EQ(kernel::choose_next_hop(facts, old_mac).mac, new_mac) << state;
    }
}

TEST(NextHop, WhileTheKernelAsksNothingIsWrongYet) {
    kernel::NextHopFacts facts = good_facts();
    for (const auto& asked :
         {std::optional<kernel::Neighbour>(), std::optional(neighbour(NUD_INCOMPLETE, std::nullopt))}) {
        facts.neighbour = asked;
        const kernel::NextHop hop = kernel::choose_next_hop(facts, std::nullopt);
        EXPECT_FALSE(hop.mac);
        EXPECT_EQ(hop.problem, "");
    }
}

/// As a kernel says of a router that is gone, while it is asked for: INCOMPLETE for three seconds, FAILED for a moment.
TEST(NextHop, ANeighbourThatIsGivenUpAndAskedAnewIsSilentAllTheTime) {
    constexpr std::uint64_t second = 1'000'000'000;
    NeighbourSilence silence;
    std::uint64_t now = 100 * second;
    for (int i = 0; i < 60; ++i, now += second) {
        const bool is_given_up = i % 4 == 2;
        kernel::NextHopFacts facts = good_facts();
        facts.neighbour = neighbour(is_given_up ? NUD_FAILED : NUD_INCOMPLETE, std::nullopt);
        facts.neighbour_is_silent = silence.is_silent(facts.neighbour, now);
        EXPECT_EQ(kernel::choose_next_hop(facts, old_mac).problem.empty(), i < 2) << i;
    }
    EXPECT_FALSE(silence.is_silent(neighbour(NUD_REACHABLE, new_mac), now));
    EXPECT_FALSE(silence.is_silent(neighbour(NUD_INCOMPLETE, std::nullopt), now)) << "it is asked for anew";
}

/// Who looks now and then need not see the moment.
TEST(NextHop, ANeighbourThatIsAskedForTooLongIsSilent) {
    NeighbourSilence silence;
    EXPECT_FALSE(silence.is_silent(std::nullopt, 1000));
    EXPECT_FALSE(silence.is_silent(neighbour(NUD_INCOMPLETE, std::nullopt), 999 + NeighbourSilence::patience_ns));
    EXPECT_TRUE(silence.is_silent(neighbour(NUD_INCOMPLETE, std::nullopt), 1000 + NeighbourSilence::patience_ns));
}

/// The kernel then takes the peer for a neighbour.
TEST(NextHop, ASilentNeighbourMayMeanThatARouteIsMissing) {
    kernel::NextHopFacts facts = good_facts();
    facts.route->value().gateway.reset();
    facts.neighbour = neighbour(NUD_INCOMPLETE, std::nullopt);
    EXPECT_FALSE(may_lack_a_route(facts));
    facts.neighbour_is_silent = true;
    EXPECT_TRUE(may_lack_a_route(facts));
    EXPECT_NE(kernel::choose_next_hop(facts, std::nullopt).problem.find("ip route add 198.51.100.10 via ROUTER"),
              std::string::npos);
}

TEST(NextHop, WhatIsKnownStaysUntilAnotherIsSeen) {
    kernel::NextHopFacts failed = good_facts();
    failed.neighbour = neighbour(NUD_FAILED, std::nullopt);
    kernel::NextHopFacts gone = good_facts();
    gone.link.reset();
    kernel::NextHopFacts down = good_facts();
    down.link->up = false;
    kernel::NextHopFacts cut = good_facts();
    cut.link->has_carrier = false;
    kernel::NextHopFacts unrouted = good_facts();
    unrouted.route = tl::make_unexpected(ENETUNREACH);
    for (const kernel::NextHopFacts& facts : {failed, gone, down, cut, unrouted}) {
        const kernel::NextHop hop = kernel::choose_next_hop(facts, old_mac);
        EXPECT_EQ(hop.mac, old_mac);
        EXPECT_NE(hop.problem, "");
        EXPECT_FALSE(kernel::choose_next_hop(facts, std::nullopt).mac);
    }
    EXPECT_EQ(kernel::choose_next_hop(good_facts(), old_mac).mac, new_mac);
}

/// A stale address that a failed entry still carries must not replace a known one.
TEST(NextHop, AFailedNeighboursAddressIsNotUsed) {
    kernel::NextHopFacts facts = good_facts();
    facts.neighbour = neighbour(NUD_FAILED, new_mac);
    EXPECT_FALSE(kernel::choose_next_hop(facts, std::nullopt).mac);
}

TEST(NextHop, EachProblemSaysWhatToDo) {
    const auto problem = [](auto change) {
        kernel::NextHopFacts facts = good_facts();
        change(facts);
        return kernel::choose_next_hop(facts, std::nullopt).problem;
    };
    EXPECT_NE(problem([](auto& f) { f.link.reset(); }).find("no interface 'wan1'"), std::string::npos);
    EXPECT_NE(problem([](auto& f) { f.link->up = false; }).find("ip link set wan1 up"), std::string::npos);
    EXPECT_NE(problem([](auto& f) { f.link->has_carrier = false; }).find("carrier"), std::string::npos);
    EXPECT_NE(problem([](auto& f) { f.link->mac.reset(); }).find("Ethernet"), std::string::npos);
    EXPECT_NE(problem([](auto& f) {
                  f.route = tl::make_unexpected(ENETUNREACH);
              }).find("ip route add 198.51.100.10 via ROUTER dev wan1"),
              std::string::npos);
    EXPECT_NE(problem([](auto& f) { f.route->value().type = RTN_LOCAL; }).find("this machine itself"),
              std::string::npos);
    EXPECT_NE(problem([](auto& f) { f.route->value().type = RTN_BLACKHOLE; }).find("no neighbour"), std::string::npos);
    EXPECT_NE(
        problem([](auto& f) { f.neighbour = neighbour(NUD_FAILED, {}); }).find("router 203.0.113.1 does not answer"),
        std::string::npos);
    EXPECT_NE(problem([](auto& f) {
                  f.neighbour = neighbour(NUD_FAILED, {});
                  f.route->value().gateway.reset();
              }).find("if it is behind a router: ip route add"),
              std::string::npos);
}

/// `ip rule add fwmark 1 lookup 100`, whose table has the way by the router.
std::vector<kernel::Rule> rules_of_a_host() {
    kernel::Rule main, by_mark;
    by_mark.priority = 32765;
    main.priority = 32766;
    main.action = by_mark.action = FR_ACT_TO_TBL;
    main.table = RT_TABLE_MAIN;
    by_mark.table = 100;
    by_mark.selectors = "fwmark 0x1";
    return {by_mark, main};
}

kernel::Route default_of_table(std::uint32_t table) {
    kernel::Route route = by_router();
    route.table = table;
    return route;
}

TEST(NextHop, ARuleThatCopiesCannotMatchIsNamedAndNoRouteIsAskedFor) {
    EXPECT_EQ(kernel::tables_of_choosy_rules(rules_of_a_host(), config::Family::ipv4), std::vector{100U});
    kernel::NextHopFacts facts = good_facts();
    facts.unfollowed = kernel::find_unfollowed(rules_of_a_host(), {default_of_table(100)}, peer, 3);
    ASSERT_TRUE(facts.unfollowed);

    facts.route = tl::make_unexpected(ENETUNREACH);
    ASSERT_TRUE(kernel::may_lack_a_route(facts));
    std::string problem = kernel::choose_next_hop(facts, std::nullopt).problem;
    EXPECT_NE(problem.find("'32765: from all fwmark 0x1 lookup 100'"), std::string::npos) << problem;
    EXPECT_NE(problem.find("ip rule add to 198.51.100.10 lookup 100"), std::string::npos) << problem;
    EXPECT_EQ(problem.find("route add"), std::string::npos) << problem;

    // For want of a route the kernel takes an IPv4 peer for a neighbour.
    facts.route = by_router();
    facts.route->value().gateway.reset();
    facts.neighbour = neighbour(NUD_FAILED, {});
    ASSERT_TRUE(kernel::may_lack_a_route(facts));
    problem = kernel::choose_next_hop(facts, std::nullopt).problem;
    EXPECT_NE(problem.find("does not answer"), std::string::npos) << problem;
    EXPECT_NE(problem.find("ip rule add to"), std::string::npos) << problem;
    EXPECT_EQ(problem.find("route add"), std::string::npos) << problem;
}

TEST(NextHop, ARuleIsNamedOnlyWhereItsTableLeadsToThePeerByTheInterface) {
    const auto named = [](const std::vector<kernel::Route>& routes, int interface) {
        return kernel::find_unfollowed(rules_of_a_host(), routes, peer, interface).has_value();
    };
    EXPECT_TRUE(named({default_of_table(100)}, 3));
    EXPECT_FALSE(named({default_of_table(100)}, 4));
    EXPECT_FALSE(named({default_of_table(RT_TABLE_MAIN)}, 3)) << "that one the kernel has looked into";
    kernel::Route elsewhere = default_of_table(100);
    elsewhere.destination = *config::schema::parse_prefix("203.0.113.0/24");
    EXPECT_FALSE(named({elsewhere}, 3));
    std::vector<kernel::Rule> plain = rules_of_a_host();
    plain[0].selectors.clear();
    EXPECT_FALSE(kernel::find_unfollowed(plain, {default_of_table(100)}, peer, 3)) << "it matches every packet";
}

TEST(NextHop, AGoodPathsRulesAreNotLookedFor) {
    EXPECT_FALSE(kernel::may_lack_a_route(good_facts()));
    kernel::NextHopFacts dead_router = good_facts();
    dead_router.neighbour = neighbour(NUD_FAILED, {});
    EXPECT_FALSE(kernel::may_lack_a_route(dead_router)) << "there is a route, and the router does not answer";
}

TEST(WayMtu, IsThatOfInterfaceAndRoute) {
    kernel::NextHopFacts facts = good_facts();
    facts.link->mtu = 1460;
    EXPECT_EQ(kernel::mtu_of_way(facts, {}), (kernel::WayMtu{1460, 0}));
    facts.route->value().mtu = 1400;
    EXPECT_EQ(kernel::mtu_of_way(facts, {}), (kernel::WayMtu{1460, 1400}));
    facts.learnt_mtu = 1350;
    EXPECT_EQ(kernel::mtu_of_way(facts, {}), (kernel::WayMtu{1460, 1350})) << "by another route, as ICMP finds it";
    facts.learnt_mtu = 1450;
    EXPECT_EQ(kernel::mtu_of_way(facts, {}), (kernel::WayMtu{1460, 1400}));
    facts.route->value().mtu = 0;
    facts.learnt_mtu = 0;
    EXPECT_EQ(kernel::mtu_of_way(facts, {1460, 1400}), (kernel::WayMtu{1460, 0})) << "what was learnt has run out";
}

TEST(WayMtu, StaysWhileTheKernelCannotSay) {
    kernel::NextHopFacts facts = good_facts();
    facts.link->mtu = 1500;
    facts.route = tl::make_unexpected(ENETUNREACH);
    EXPECT_EQ(kernel::mtu_of_way(facts, {1460, 1400}), (kernel::WayMtu{1500, 1400}));
    facts.route.reset();
    facts.link.reset();
    EXPECT_EQ(kernel::mtu_of_way(facts, {1460, 1400}), (kernel::WayMtu{1460, 1400}));
}

TEST(NextHop, TheKernelIsAskedUntilItKeepsTheNeighbourByItself) {
    EXPECT_TRUE(kernel::must_ask_for(std::nullopt));
    EXPECT_TRUE(kernel::must_ask_for(neighbour(NUD_STALE, new_mac)));
    EXPECT_FALSE(kernel::must_ask_for(neighbour(NUD_PERMANENT, new_mac))) << "set by hand: not ours to touch";
    kernel::Neighbour managed = neighbour(NUD_REACHABLE, new_mac);
    managed.is_managed = true;
    EXPECT_FALSE(kernel::must_ask_for(managed));
    managed.state = NUD_FAILED;
    EXPECT_TRUE(kernel::must_ask_for(managed));
}

}  // namespace
}  // namespace ropewalk::control::kernel
