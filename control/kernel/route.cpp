#include "control/kernel/route.hpp"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "control/kernel/attributes.hpp"

namespace ropewalk::control::kernel {

using config::Family;
using config::schema::IpAddress;

namespace {

/// RTA_VIA: family (2 bytes), then the address; an IPv4 route by an IPv6 gateway.
std::optional<IpAddress> via_of(const nlattr* attribute) {
    if (attribute == nullptr) return std::nullopt;
    const std::size_t size = mnl_attr_get_payload_len(attribute);
    const auto* const bytes = static_cast<const std::uint8_t*>(mnl_attr_get_payload(attribute));
    IpAddress address{size == 18 ? Family::ipv6 : Family::ipv4, {}};
    if (size != 2 + address.size()) return std::nullopt;
    std::memcpy(address.bytes.data(), bytes + 2, address.size());
    return address;
}

/// RTA_MULTIPATH: a row of next hops, each with attributes of its own behind its header.
std::vector<int> interfaces_of(const nlattr* next_hops) {
    std::vector<int> interfaces;
    if (next_hops == nullptr) return interfaces;
    const auto* at = static_cast<const char*>(mnl_attr_get_payload(next_hops));
    std::size_t left = mnl_attr_get_payload_len(next_hops);
    rtnexthop hop{};
    while (left >= sizeof hop) {
        std::memcpy(&hop, at, sizeof hop);
        if (hop.rtnh_len < sizeof hop || hop.rtnh_len > left) break;
        interfaces.push_back(hop.rtnh_ifindex);
        const std::size_t step = std::min<std::size_t>(RTNH_ALIGN(hop.rtnh_len), left);
        at += step;
        left -= step;
    }
    return interfaces;
}

/// RTA_CACHEINFO of an answer that the kernel took from what it has learnt has an end.
bool has_end(const Attributes<RTA_MAX + 1>& attributes) {
    const auto cache = attributes.number<rta_cacheinfo>(RTA_CACHEINFO);
    return cache && cache->rta_expires != 0;
}

}  // namespace

bool is_on_link(const Route& route) {
    return route.type == RTN_UNICAST && route.interface != 0 && !route.gateway;
}

std::optional<Route> parse_route(const nlmsghdr& message) {
    if (message.nlmsg_type != RTM_NEWROUTE || mnl_nlmsg_get_payload_len(&message) < sizeof(rtmsg)) return std::nullopt;
    const auto& header = *static_cast<const rtmsg*>(mnl_nlmsg_get_payload(&message));
    if (header.rtm_family != AF_INET && header.rtm_family != AF_INET6) return std::nullopt;
    const Attributes<RTA_MAX + 1> attributes(message, sizeof header);
    const Attributes<RTAX_MAX + 1> metrics(attributes.find(RTA_METRICS));
    Route route;
    route.destination.address.family = header.rtm_family == AF_INET ? Family::ipv4 : Family::ipv6;
    route.destination.length = header.rtm_dst_len;
    if (const auto destination = attributes.address(RTA_DST)) route.destination.address = *destination;
    route.interface = static_cast<int>(attributes.number<std::uint32_t>(RTA_OIF).value_or(0));
    route.gateway = attributes.address(RTA_GATEWAY);
    if (!route.gateway) route.gateway = via_of(attributes.find(RTA_VIA));
    route.source = attributes.address(RTA_PREFSRC);
    route.protocol = header.rtm_protocol;
    route.type = header.rtm_type;
    route.table = attributes.number<std::uint32_t>(RTA_TABLE).value_or(header.rtm_table);
    route.mtu = static_cast<std::uint16_t>(metrics.number<std::uint32_t>(RTAX_MTU).value_or(0));
    route.priority = attributes.number<std::uint32_t>(RTA_PRIORITY).value_or(0);
    route.several_interfaces = interfaces_of(attributes.find(RTA_MULTIPATH));
    route.is_learnt = (header.rtm_flags & RTM_F_CLONED) != 0 && has_end(attributes);
    return route;
}

}  // namespace ropewalk::control::kernel
