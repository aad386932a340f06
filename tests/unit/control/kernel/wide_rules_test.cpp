#include "control/kernel/wide_rules.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/unit/control/kernel/routed_host.hpp"

namespace ropewalk::control::kernel {
namespace {

using namespace tests::unit::host;
std::vector<std::string> texts(const std::vector<Rule>& rules) {
    std::vector<std::string> all;
    for (const Rule& one : rules) all.push_back(to_string(one));
    return all;
}

std::vector<std::string> rules_for(std::initializer_list<std::string> prefixes,
                                   const KernelRouting& kernel = routed_host()) {
    return texts(choose_routes(wanting(prefixes), kernel, inside).rules);
}

using Texts = std::vector<std::string>;

TEST(WideRules, WithoutAWidePrefixThereAreNone) {
    EXPECT_EQ(rules_for({"198.18.7.0/24", "2001:db8:7::/48"}), Texts{});
}

TEST(WideRules, WhatComesInByAWanIsAnsweredByItAndTheDefaultRouteIsLeftAlone) {
    for (const std::uint32_t metric : {0U, 100U}) {
        KernelRouting host = routed_host();
        host.routes[2].priority = metric;
        const InsideRouting routing = choose_routes(wanting({"0.0.0.0/0"}), host, inside);
        EXPECT_EQ(texts(routing.rules),
                  (Texts{"32765: from 203.0.113.2/32 lookup main",
                         "32765: from all lookup main suppress_prefixlength 0", "32765: from all lookup 167"}));
        ASSERT_EQ(routing.routes.size(), 1U);
        EXPECT_EQ(routing.routes[0].table, wide_table) << "in the main table it would take the answers, too";
        ASSERT_EQ(routing.findings.size(), 1U);
        const auto& [outcome, text] = routing.findings[0];
        EXPECT_EQ(outcome, RouteFinding::Outcome::told);
        EXPECT_NE(text.find("what this machine sends from 203.0.113.2"), std::string::npos) << text;
        EXPECT_EQ(text.find("route del"), std::string::npos) << "a default route is never advised away: " << text;
        for (const Rule& ours : routing.rules) EXPECT_EQ(ours.protocol, our_protocol);
    }
}

TEST(WideRules, OfIpv6Too) {
    EXPECT_EQ(rules_for({"::/0"}),
              (Texts{"32765: from 2001:db8:e::2/128 lookup main", "32765: from all lookup main suppress_prefixlength 0",
                     "32765: from all lookup 167"}))
        << "a link-local address answers on its link";
}

TEST(WideRules, HalvesAreNoWayAroundThem) {
    EXPECT_EQ(rules_for({"0.0.0.0/1", "128.0.0.0/1"})[1], "32765: from all lookup main suppress_prefixlength 1");
}

TEST(WideRules, AnInterfaceOfAnotherDefaultRouteIsAWanAndALanIsNone) {
    KernelRouting host = routed_host();
    host.interfaces[9] = "mgmt0";
    host.addresses.push_back({9, prefix("198.18.3.2/24"), false, false});
    EXPECT_EQ(rules_for({"0.0.0.0/0"}, host).size(), 3U);
    host.routes.push_back(route("0.0.0.0/0", 9, 500, "198.18.3.1"));
    EXPECT_EQ(rules_for({"0.0.0.0/0"}, host)[0], "32765: from 198.18.3.2/32 lookup main");
    host.routes.back().interface = 0;
    host.routes.back().several_interfaces = {wan, 9};
    EXPECT_EQ(rules_for({"0.0.0.0/0"}, host).size(), 4U) << "by several next hops";
}

TEST(WideRules, APathsAddressOnAnotherInterfaceIsExempt) {
    InsideWanted wanted = wanting({"0.0.0.0/0"});
    wanted.paths[0].local = ip("198.18.1.2");
    EXPECT_EQ(choose_routes(wanted, routed_host(), inside).rules.size(), 4U);
}

TEST(WideRules, TheyArePlannedBeforeThereIsAnInterface) {
    EXPECT_EQ(choose_routes(wanting({"0.0.0.0/0"}), routed_host(), 0).rules.size(), 3U) << "for ropewalk check";
}

TEST(WideRules, AnotherGatewaysStayAndOursAreHeld) {
    KernelRouting host = routed_host();
    host.interfaces[8] = "rw1";
    Route others = route("0.0.0.0/0", 8, 0);
    others.table = wide_table;
    others.protocol = our_protocol;
    host.routes.push_back(others);
    host.rules.insert(host.rules.begin() + 1, rule(our_rule_priority, wide_table));
    host.rules[1].protocol = our_protocol;
    const InsideRouting routing = choose_routes(wanting({"0.0.0.0/0"}), host, inside);
    EXPECT_TRUE(routing.routes.empty());
    EXPECT_EQ(texts(routing.rules), Texts{"32765: from all lookup 167"});
    ASSERT_EQ(routing.findings.size(), 1U);
    EXPECT_EQ(routing.findings[0].outcome, RouteFinding::Outcome::held);
    EXPECT_NE(routing.findings[0].text.find("(rw1)"), std::string::npos) << routing.findings[0].text;
    EXPECT_EQ(rules_for({"198.18.7.0/24"}, host), Texts{"32765: from all lookup 167"});
}

TEST(WideRules, HalvesOfAnotherTunnelAreTold) {
    KernelRouting host = routed_host();
    host.routes.push_back(route("0.0.0.0/1", lan, 0, "198.18.1.1"));
    const auto findings = choose_routes(wanting({"0.0.0.0/1"}), host, inside).findings;
    EXPECT_TRUE(std::ranges::any_of(findings, [](const RouteFinding& finding) {
        return finding.text.find("no longer via 198.18.1.1 dev lan0") != std::string::npos;
    }));
}

}  // namespace
}  // namespace ropewalk::control::kernel
