#include "control/kernel/inside_routes.hpp"

#include <gtest/gtest.h>

#include "tests/unit/control/kernel/routed_host.hpp"

namespace ropewalk::control::kernel {
namespace {

using namespace tests::unit::host;
using Outcome = RouteFinding::Outcome;

/// One prefix beside what a host has, and what becomes of it.
class OnePrefix {
public:
    explicit OnePrefix(const std::string& text, KernelRouting kernel = routed_host())
        : routing_(choose_routes(wanting({text}), kernel, inside)) {}

    bool is_set() const { return !routing_.routes.empty(); }
    bool is_set_silently() const { return is_set() && routing_.findings.empty(); }
    bool is_set_and_says(const std::string& words) const { return is_set() && says(Outcome::told, words); }
    bool is_held_and_says(const std::string& words) const { return !is_set() && says(Outcome::held, words); }
    std::string text() const {
        std::string all;
        for (const RouteFinding& finding : routing_.findings) all += finding.text + "\n";
        return all;
    }

private:
    /// Exactly one thing is said.
    bool says(Outcome outcome, const std::string& words) const {
        return routing_.findings.size() == 1 && routing_.findings[0].outcome == outcome &&
               text().find(words) != std::string::npos && text().starts_with("tunnels.hub.prefixes: ");
    }
    InsideRouting routing_;
};

KernelRouting host_with(const Route& another) {
    KernelRouting host = routed_host();
    host.routes.push_back(another);
    return host;
}

TEST(InsideRoutes, APrefixInNobodysWayIsSetAndNothingIsSaid) {
    EXPECT_TRUE(OnePrefix("198.18.7.0/24").is_set_silently());
    EXPECT_TRUE(OnePrefix("2001:db8:7::/48").is_set_silently());
}

TEST(InsideRoutes, ALansNetworkIsNeverTakenWhateverItsMetric) {
    const OnePrefix lans("198.18.1.0/24");
    EXPECT_TRUE(lans.is_held_and_says("is the network of interface lan0 here (dev lan0 metric 101)")) << lans.text();
    EXPECT_EQ(lans.text().find("route del"), std::string::npos) << "nobody removes his network: " << lans.text();
    EXPECT_TRUE(OnePrefix("198.19.0.0/24", host_with(route("198.19.0.0/24", lan, 0))).is_held_and_says("lan0"));
    EXPECT_TRUE(OnePrefix("2001:db8:e::/64").is_held_and_says("network of interface eth1"));
    // One without a route of its own.
    KernelRouting bare = routed_host();
    std::erase_if(bare.routes, [](const Route& other) { return other.interface == lan; });
    const OnePrefix bare_lans("198.18.1.0/24", bare);
    EXPECT_TRUE(bare_lans.is_held_and_says("holds 198.18.1.2/24, an address of this machine on lan0"))
        << bare_lans.text();
}

TEST(InsideRoutes, PartOfANetworkIsToldAndHeldWithAnOwnAddressInIt) {
    const OnePrefix part("198.18.1.128/25");
    EXPECT_TRUE(part.is_set_and_says("is part of 198.18.1.0/24, the network of interface lan0")) << part.text();
    const OnePrefix own("198.18.1.0/25");
    EXPECT_TRUE(own.is_held_and_says("holds 198.18.1.2/24, an address of this machine on lan0")) << own.text();
}

TEST(InsideRoutes, AroundANetworkNothingIsTaken) {
    EXPECT_TRUE(OnePrefix("198.18.0.0/15").is_set_silently()) << "the LAN's prefix is longer";
    EXPECT_TRUE(OnePrefix("203.0.112.0/20").is_set_silently()) << "so is that of the WAN's router";
}

TEST(InsideRoutes, APathsRouterIsNotSoughtInTheTunnel) {
    KernelRouting host = routed_host();
    // The router is in the half that holds no address of ours.
    host.addresses[1].prefix = prefix("203.0.113.130/24");
    const OnePrefix half("203.0.113.0/25", host);
    EXPECT_TRUE(half.is_held_and_says("holds 203.0.113.1, the router of path hub/fibre on eth1")) << half.text();
    EXPECT_TRUE(OnePrefix("203.0.113.1/32", host).is_held_and_says("router")) << "alone, too";
    // A router outside every network of ours, by `onlink`.
    host.routes[2].gateway = ip("198.18.9.1");
    EXPECT_TRUE(OnePrefix("198.18.9.0/24", host).is_held_and_says("holds 198.18.9.1, the router"));
    host.routes.push_back(route("198.18.9.1/32", wan, 0));
    EXPECT_TRUE(OnePrefix("198.18.9.0/24", host).is_set_silently()) << "it has a route that is longer";
}

TEST(InsideRoutes, ARouterIsKnownFromAnotherTableToo) {
    KernelRouting host = routed_host();
    host.routes[2].table = 101;
    host.addresses[1].prefix = prefix("203.0.113.130/24");
    EXPECT_TRUE(OnePrefix("203.0.113.0/25", host).is_held_and_says("the router of path hub/fibre"));
}

TEST(InsideRoutes, AnAddressOfTheMachineItselfIsNotBehindThePeer) {
    EXPECT_TRUE(OnePrefix("203.0.113.2/32").is_held_and_says("is an address of this machine itself (eth1)"));
    EXPECT_TRUE(OnePrefix("192.0.2.1/32").is_held_and_says("is an address of this machine itself (inside.addresses)"));
    EXPECT_TRUE(OnePrefix("192.0.2.2/32").is_set_silently());
}

TEST(InsideRoutes, TheFarEndOfAPathIsToldWithTheRouteThatKeepsItOut) {
    const OnePrefix around("198.51.100.0/24");
    EXPECT_TRUE(around.is_set_and_says("holds 198.51.100.10, the peer of path hub/fibre")) << around.text();
    EXPECT_TRUE(around.is_set_and_says("ip route add 198.51.100.10 via 203.0.113.1 dev eth1")) << around.text();
    EXPECT_TRUE(
        OnePrefix("198.51.100.0/24", host_with(route("198.51.100.10/32", wan, 0, "203.0.113.1"))).is_set_silently())
        << "it has one";
}

TEST(InsideRoutes, TheInsideInterfacesOwnNetworkNeedsNoRouteAndNoAdvice) {
    for (const int index : {inside, 0}) {
        const InsideRouting routing = choose_routes(wanting({"192.0.2.0/24"}), routed_host(), index);
        EXPECT_TRUE(routing.routes.empty()) << index;
        EXPECT_TRUE(routing.findings.empty()) << routing.findings[0].text;
    }
    // An operator's own route by it.
    const OnePrefix led("198.18.7.0/24", host_with(route("198.18.7.0/24", inside, 5)));
    EXPECT_TRUE(!led.is_set() && led.text().empty()) << led.text();
}

TEST(InsideRoutes, AnotherRouteOfTheSameRankStands) {
    const OnePrefix same("198.18.7.0/24", host_with(route("198.18.7.0/24", wan, 0, "203.0.113.9")));
    EXPECT_TRUE(same.is_held_and_says("ip route del 198.18.7.0/24 via 203.0.113.9 dev eth1")) << same.text();
    // A route of IPv6 that asks for no metric has 1024.
    const auto six = [](std::uint32_t metric) {
        return OnePrefix("2001:db8:7::/48", host_with(route("2001:db8:7::/48", wan, metric, "fe80::1")));
    };
    EXPECT_TRUE(six(1024).is_held_and_says("ip -6 route del 2001:db8:7::/48 via fe80::1 dev eth1 metric 1024"));
    EXPECT_TRUE(six(50).is_held_and_says("left alone")) << "ours would never be used";
    EXPECT_TRUE(six(2000).is_set_and_says("no longer via fe80::1 dev eth1 metric 2000"));
}

TEST(InsideRoutes, ARouteWithALargerMetricWaitsBehindOursAndIsTold) {
    const OnePrefix waiting("198.18.7.0/24", host_with(route("198.18.7.0/24", wan, 100, "203.0.113.9")));
    EXPECT_TRUE(waiting.is_set_and_says("no longer via 203.0.113.9 dev eth1 metric 100")) << waiting.text();
    Route fallback = route("198.18.7.0/24", 0, 4096);
    fallback.type = RTN_BLACKHOLE;
    EXPECT_TRUE(OnePrefix("198.18.7.0/24", host_with(fallback)).is_set_silently()) << "it carries nothing";
}

TEST(InsideRoutes, PartOfAWiderRouteIsTold) {
    const OnePrefix part("198.18.7.0/24", host_with(route("198.18.0.0/16", lan, 0, "198.18.1.1")));
    EXPECT_TRUE(part.is_set_and_says("the rest of 198.18.0.0/16 as before, via 198.18.1.1 dev lan0")) << part.text();
}

TEST(InsideRoutes, TheLongestOfSeveralRoutesIsWhatCounts) {
    KernelRouting host = host_with(route("198.18.0.0/16", lan, 0, "198.18.1.1"));
    host.routes.push_back(route("198.18.4.0/22", wan, 0, "203.0.113.9"));
    const OnePrefix part("198.18.7.0/24", host);
    EXPECT_TRUE(part.is_set_and_says("the rest of 198.18.4.0/22 as before, via 203.0.113.9")) << part.text();
    host.routes.push_back(route("198.18.7.0/24", wan, 200, "203.0.113.9"));
    EXPECT_TRUE(OnePrefix("198.18.7.0/24", host).is_set_and_says("metric 200"));
}

TEST(InsideRoutes, ARuleOfOthersThatLeadsAPrefixElsewhereIsTold) {
    Route elsewhere = route("0.0.0.0/0", lan, 0, "198.18.1.1");
    elsewhere.table = 51820;
    KernelRouting host = host_with(elsewhere);
    host.rules.insert(host.rules.begin() + 1, rule(32764, 51820));
    host.rules[1].is_inverted = true;
    host.rules[1].selectors = "fwmark 0xca6c";
    const OnePrefix taken("198.18.7.0/24", host);
    EXPECT_TRUE(taken.is_set_and_says("'32764: not from all fwmark 0xca6c lookup 51820' matches")) << taken.text();
    // Only what is marked: no concern of a prefix.
    host.rules[1].is_inverted = false;
    EXPECT_TRUE(OnePrefix("198.18.7.0/24", host).is_set_silently());
    // From the address of a WAN: how hosts with several are set up.
    host.rules[1].selectors.clear();
    host.rules[1].source = prefix("203.0.113.2/32");
    EXPECT_TRUE(OnePrefix("198.18.7.0/24", host).is_set_silently());
    host.rules[1].source = prefix("198.18.1.0/24");
    EXPECT_TRUE(OnePrefix("198.18.7.0/24", host).is_set_and_says("from 198.18.1.0/24 lookup 51820"));
    host.rules[1].table = 100;
    EXPECT_TRUE(OnePrefix("198.18.7.0/24", host).is_set_silently()) << "its table has no way there";
}

}  // namespace
}  // namespace ropewalk::control::kernel
