#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "control/kernel/interface_address.hpp"
#include "control/kernel/link.hpp"
#include "control/kernel/neighbour.hpp"
#include "control/kernel/route.hpp"
#include "control/kernel/rule.hpp"
#include "tests/unit/control/kernel/netlink_fixtures.hpp"

namespace ropewalk::control::kernel {
namespace {

namespace fixtures = tests::unit::netlink;
using config::schema::parse_ip_address;
using config::schema::parse_mac_address;
using config::schema::parse_prefix;

/// The bytes of a message, aligned as the kernel's are.
class Bytes {
public:
    explicit Bytes(std::string_view hex) : size_(hex.size() / 2), words_((size_ + 7) / 8) {
        for (std::size_t i = 0; i < size_; ++i)
            at(i) = static_cast<unsigned char>(std::stoi(std::string(hex.substr(2 * i, 2)), nullptr, 16));
    }
    unsigned char& at(std::size_t i) { return reinterpret_cast<unsigned char*>(words_.data())[i]; }
    std::size_t size() const { return size_; }
    nlmsghdr& message() { return *reinterpret_cast<nlmsghdr*>(words_.data()); }

private:
    std::size_t size_;
    std::vector<std::uint64_t> words_;
};

TEST(Netlink, ReadsATunInterface) {
    const auto link = kernel::parse_link(Bytes(fixtures::tun_link).message());
    ASSERT_TRUE(link);
    EXPECT_EQ(link->name, "rw0");
    EXPECT_EQ(link->kind, "tun");
    EXPECT_EQ(link->mtu, 1430U);
    EXPECT_TRUE(link->up);
    EXPECT_FALSE(link->mac);
    EXPECT_FALSE(link->makes_own_ipv6_address);
}

TEST(Netlink, ReadsAnEthernetInterface) {
    const auto link = kernel::parse_link(Bytes(fixtures::veth_link).message());
    ASSERT_TRUE(link);
    EXPECT_EQ(link->index, 3);
    EXPECT_EQ(link->name, "wan1");
    EXPECT_EQ(link->kind, "veth");
    EXPECT_EQ(link->mac, parse_mac_address("02:00:00:00:01:01"));
    EXPECT_TRUE(link->up && link->has_carrier);
    EXPECT_TRUE(link->makes_own_ipv6_address);
}

TEST(Netlink, ReadsTheAnswerToARouteQuestion) {
    const auto route = kernel::parse_route(Bytes(fixtures::route_answer).message());
    ASSERT_TRUE(route);
    EXPECT_EQ(route->gateway, parse_ip_address("198.18.1.1"));
    EXPECT_EQ(route->interface, 3);
    EXPECT_EQ(route->destination, parse_prefix("198.51.100.10/32"));
    EXPECT_EQ(route->type, RTN_UNICAST);
    EXPECT_FALSE(route->source);
    EXPECT_EQ(route->mtu, 0);
}

TEST(Netlink, ReadsWhatTheKernelHasLearntOfTheWay) {
    const auto learnt = kernel::parse_route(Bytes(fixtures::learnt_route_answer).message());
    ASSERT_TRUE(learnt);
    EXPECT_TRUE(learnt->is_learnt);
    EXPECT_EQ(learnt->mtu, 1400);
    EXPECT_FALSE(kernel::parse_route(Bytes(fixtures::route_answer).message())->is_learnt);
    EXPECT_FALSE(kernel::parse_route(Bytes(fixtures::route_with_mtu).message())->is_learnt) << "somebody gave it that";
}

TEST(Netlink, ReadsARouteByARouterOfTheOtherFamily) {
    const auto route = kernel::parse_route(Bytes(fixtures::route_with_mtu).message());
    ASSERT_TRUE(route);
    EXPECT_EQ(route->destination, parse_prefix("203.0.113.0/24"));
    EXPECT_EQ(route->gateway, parse_ip_address("fe80::1"));
    EXPECT_EQ(route->source, parse_ip_address("198.18.1.2"));
    EXPECT_EQ(route->protocol, kernel::our_protocol);
    EXPECT_EQ(route->mtu, 1300);
    EXPECT_EQ(route->table, RT_TABLE_MAIN);
}

TEST(Netlink, ReadsMetricAndInterfacesOfSeveralNextHops) {
    const auto route = kernel::parse_route(Bytes(fixtures::route_by_two_routers).message());
    ASSERT_TRUE(route);
    EXPECT_EQ(route->destination, parse_prefix("0.0.0.0/0"));
    EXPECT_EQ(route->priority, 100U);
    EXPECT_EQ(route->several_interfaces, (std::vector{3, 2}));
    EXPECT_FALSE(is_on_link(*route));
}

TEST(Netlink, ReadsARuleWithAllItAsksFor) {
    const auto rule = kernel::parse_rule(Bytes(fixtures::choosy_rule).message());
    ASSERT_TRUE(rule);
    EXPECT_EQ(to_string(*rule),
              "100: not from 198.18.1.0/24 to 198.51.100.0/24 fwmark 0x1/0xff iif lo ipproto 17 sport 4500 "
              "dport 4500-4507 lookup 1000");
    EXPECT_EQ(rule->table, 1000U);
    EXPECT_TRUE(leads_to_table(*rule) && rule->is_inverted);
    EXPECT_FALSE(rule->suppressed_length);
}

TEST(Netlink, ReadsARuleOfOurs) {
    const auto rule = kernel::parse_rule(Bytes(fixtures::suppressing_rule).message());
    ASSERT_TRUE(rule);
    EXPECT_EQ(rule->family, config::Family::ipv6);
    EXPECT_EQ(to_string(*rule), "32765: from all lookup main suppress_prefixlength 0");
    EXPECT_EQ(rule->protocol, kernel::our_protocol);
    EXPECT_FALSE(rule->source || rule->destination || rule->is_inverted);
}

TEST(Netlink, ReadsNeighbours) {
    const auto reachable = kernel::parse_neighbour(Bytes(fixtures::reachable_neighbour).message());
    ASSERT_TRUE(reachable);
    EXPECT_EQ(reachable->interface, 3);
    EXPECT_EQ(reachable->address, parse_ip_address("198.18.1.1"));
    EXPECT_EQ(reachable->mac, parse_mac_address("02:00:00:00:01:09"));
    EXPECT_TRUE(reachable->is_usable());
    EXPECT_FALSE(reachable->is_managed);

    const auto failed = kernel::parse_neighbour(Bytes(fixtures::failed_neighbour).message());
    ASSERT_TRUE(failed);
    EXPECT_TRUE(failed->has_failed());
    EXPECT_FALSE(failed->mac || failed->is_usable() || failed->is_managed);

    const auto managed = kernel::parse_neighbour(Bytes(fixtures::managed_neighbour).message());
    ASSERT_TRUE(managed);
    EXPECT_TRUE(managed->is_managed);
    EXPECT_EQ(managed->state, NUD_INCOMPLETE);
}

TEST(Netlink, ReadsAddressesOfBothFamilies) {
    const auto v4 = kernel::parse_interface_address(Bytes(fixtures::ipv4_address).message());
    ASSERT_TRUE(v4);
    EXPECT_EQ(v4->prefix, parse_prefix("198.18.1.2/24"));
    EXPECT_EQ(v4->interface, 3);
    EXPECT_FALSE(v4->is_ours || v4->is_link_local);

    const auto v6 = kernel::parse_interface_address(Bytes(fixtures::ipv6_address).message());
    ASSERT_TRUE(v6);
    EXPECT_EQ(v6->prefix, parse_prefix("2001:db8::2/64"));
}

TEST(Netlink, AMessageOfAnotherTypeIsNothing) {
    EXPECT_FALSE(kernel::parse_route(Bytes(fixtures::veth_link).message()));
    EXPECT_FALSE(kernel::parse_link(Bytes(fixtures::route_answer).message()));
    EXPECT_FALSE(kernel::parse_neighbour(Bytes(fixtures::ipv4_address).message()));
    EXPECT_FALSE(kernel::parse_interface_address(Bytes(fixtures::reachable_neighbour).message()));
    EXPECT_FALSE(kernel::parse_rule(Bytes(fixtures::route_answer).message()));
}

/// Under AddressSanitizer this also proves that nothing beyond the message is read.
TEST(Netlink, MessagesCutOffAnywhereAreReadWithoutHarm) {
    for (const std::string_view hex :
         {fixtures::veth_link, fixtures::route_answer, fixtures::reachable_neighbour, fixtures::ipv6_address,
          fixtures::route_with_mtu, fixtures::route_by_two_routers, fixtures::choosy_rule}) {
        for (std::size_t size = sizeof(nlmsghdr); size < hex.size() / 2; ++size) {
            Bytes whole(hex.substr(0, 2 * size));
            whole.message().nlmsg_len = static_cast<std::uint32_t>(size);
            const bool has_header = size >= sizeof(nlmsghdr) + sizeof(ifinfomsg);
            EXPECT_TRUE(has_header || !kernel::parse_link(whole.message())) << size;
            kernel::parse_route(whole.message());
            kernel::parse_neighbour(whole.message());
            kernel::parse_interface_address(whole.message());
            kernel::parse_rule(whole.message());
        }
    }
}

TEST(Netlink, AnAttributeOfTheWrongSizeIsNoValue) {
    Bytes bytes(fixtures::reachable_neighbour);
    // NDA_LLADDR stands behind the header and NDA_DST: 16 + 12 + 8; its length says 10, six bytes and its own head.
    ASSERT_EQ(bytes.at(36), 10);
    bytes.at(36) = 9;
    const auto neighbour = kernel::parse_neighbour(bytes.message());
    ASSERT_TRUE(neighbour);
    EXPECT_FALSE(neighbour->mac);
    EXPECT_FALSE(neighbour->is_usable());
}

}  // namespace
}  // namespace ropewalk::control::kernel
