#include "control/kernel/reach.hpp"

#include <gtest/gtest.h>

#include "tests/unit/control/kernel/routed_host.hpp"

namespace ropewalk::control::kernel {
namespace {

using namespace tests::unit::host;
using config::Family;

KernelRouting host_that_forwards_no(Family family) {
    KernelRouting host = routed_host();
    host.unforwarded = {family};
    return host;
}

KernelRouting without_lan(KernelRouting host) {
    std::erase_if(host.addresses, [](const InterfaceAddress& address) { return address.interface == lan; });
    return host;
}

/// All that is said, a line each.
std::string said(const InsideWanted& wanted, const KernelRouting& kernel) {
    std::string all;
    for (const RouteFinding& finding : find_unreached(wanted, kernel, inside)) {
        EXPECT_EQ(finding.outcome, RouteFinding::Outcome::told);
        all += finding.text + "\n";
    }
    return all;
}

bool contains(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

TEST(Reach, ALanBehindAMachineThatForwardsNothingIsNamedWithTheSetting) {
    const std::string text = said(wanting({"192.0.2.2/32"}), host_that_forwards_no(Family::ipv4));
    EXPECT_TRUE(contains(text, "net.ipv4.ip_forward is 0: hosts of 198.18.1.0/24 on lan0")) << text;
    EXPECT_TRUE(contains(text, "sysctl -w net.ipv4.ip_forward=1")) << text;
    EXPECT_EQ(said(wanting({"192.0.2.2/32"}), routed_host()), "") << "it forwards";
}

TEST(Reach, WithoutALanAPrefixOfAPeersIsNamed) {
    const KernelRouting host = without_lan(host_that_forwards_no(Family::ipv4));
    const std::string text = said(wanting({"192.0.2.2/32", "198.18.7.0/24"}), host);
    EXPECT_TRUE(contains(text, "tunnels.hub.prefixes: 198.18.7.0/24 reaches this machine and nothing behind it"))
        << text;
}

TEST(Reach, AMachineThatOnlySpeaksForItselfNeedsNoForwarding) {
    const KernelRouting host = without_lan(host_that_forwards_no(Family::ipv4));
    EXPECT_EQ(said(wanting({"192.0.2.2/32"}), host), "");
    EXPECT_EQ(said(wanting({"192.0.2.2/32", "0.0.0.0/0"}), host), "") << "all its own traffic";
    EXPECT_EQ(said(wanting({"192.0.2.0/24"}), host), "") << "inside addresses of gateways";
}

TEST(Reach, WansLoopbackAndLinkLocalAddressesAreNoLan) {
    KernelRouting host = without_lan(host_that_forwards_no(Family::ipv4));
    host.interfaces[1] = "lo";
    host.addresses.push_back({1, prefix("127.0.0.1/8"), false, false});
    host.addresses.push_back({lan, prefix("198.18.5.5/32"), false, false});
    host.addresses.push_back({lan, prefix("169.254.1.1/16"), false, true});
    // The only way to anywhere, though no path uses it.
    host.interfaces[9] = "eth9";
    host.addresses.push_back({9, prefix("198.18.9.9/24"), false, false});
    host.routes.push_back(route("0.0.0.0/0", 9, 300, "198.18.9.1"));
    EXPECT_EQ(said(wanting({"192.0.2.2/32"}), host), "");
}

TEST(Reach, PeersOfTwoTunnelsMeetByForwarding) {
    InsideWanted wanted = wanting({"192.0.2.2/32", "192.0.2.3/32"});
    wanted.routes[1].tunnel = "oslo";
    const std::string text = said(wanted, without_lan(host_that_forwards_no(Family::ipv4)));
    EXPECT_TRUE(contains(text, "the peers of tunnels hub and oslo do not reach each other")) << text;
}

TEST(Reach, EachFamilyCountsForItself) {
    KernelRouting host = host_that_forwards_no(Family::ipv6);
    host.addresses.push_back({lan, prefix("2001:db8:a::1/64"), false, false});
    EXPECT_EQ(said(wanting({"192.0.2.2/32"}), host), "") << "no tunnel carries IPv6";
    const std::string text = said(wanting({"192.0.2.2/32", "2001:db8:7::/48"}), host);
    EXPECT_TRUE(contains(text, "hosts of 2001:db8:a::/64 on lan0")) << text;
    EXPECT_TRUE(contains(text, "net.ipv6.conf.all.forwarding=1")) << text;
    EXPECT_TRUE(contains(text, "accept_ra=2")) << "or the machine may lose its default route: " << text;
}

TEST(Reach, AnInsideNetworkInWhichNoTunnelHasAPrefixIsNamed) {
    const std::string text = said(wanting({"198.18.7.0/24"}), routed_host());
    EXPECT_TRUE(contains(text, "inside.addresses: 192.0.2.1/24 leads all of 192.0.2.0/24")) << text;
    EXPECT_TRUE(contains(text, "no_tunnel")) << text;
    for (const char* const reached : {"192.0.2.2/32", "192.0.2.0/24", "192.0.0.0/16", "0.0.0.0/0"})
        EXPECT_EQ(said(wanting({reached, "198.18.7.0/24"}), routed_host()), "") << reached;
    InsideWanted alone = wanting({"198.18.7.0/24"});
    alone.addresses = {prefix("192.0.2.1/32")};
    EXPECT_EQ(said(alone, routed_host()), "") << "one address leads nothing else there";
}

}  // namespace
}  // namespace ropewalk::control::kernel
