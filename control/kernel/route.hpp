#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "config/schema/prefix.hpp"

namespace ropewalk::control::kernel {

/// A route of the kernel, or its answer to the question how it would reach one address.
struct Route {
    config::schema::Prefix destination;
    int interface = 0;                                 ///< 0: several next hops, or none
    std::optional<config::schema::IpAddress> gateway;  ///< absent: on link
    std::optional<config::schema::IpAddress> source;   ///< what the kernel's own packets get, when the route says so
    std::uint8_t protocol = 0;                         ///< rtm_protocol
    std::uint8_t type = 0;                             ///< RTN_*
    std::uint32_t table = 0;
    std::uint16_t mtu = 0;                     ///< bytes, its metric; 0: the interface's
    std::uint32_t priority = 0;                ///< what ip-route(8) calls metric: the smallest wins
    std::vector<int> several_interfaces = {};  ///< with several next hops
    /// An answer that holds for a while only: it has what ICMP said of the way to one address, such as its MTU.
    bool is_learnt = false;
    auto operator<=>(const Route&) const = default;
};

/// To neighbours on an interface, not to a router: a network that this machine is part of.
bool is_on_link(const Route& route);

/// Empty when the message is not a whole RTM_NEWROUTE of IPv4 or IPv6.
std::optional<Route> parse_route(const nlmsghdr& message);

}  // namespace ropewalk::control::kernel
