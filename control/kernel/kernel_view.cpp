#include "control/kernel/kernel_view.hpp"

#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <iterator>

#include "control/kernel/inside_route.hpp"
#include "control/kernel/request.hpp"

namespace ropewalk::control::kernel {

using config::Family;
using config::schema::Endpoint;
using config::schema::IpAddress;

namespace {

void ask_for_route_to(const IpAddress& peer, Request<rtmsg>& request) {
    request.header().rtm_family = family_code(peer.family);
    request.header().rtm_dst_len = static_cast<std::uint8_t>(peer.size() * 8);
    request.put(RTA_DST, peer);
    mnl_attr_put_u8(&request.message(), RTA_IP_PROTO, IPPROTO_UDP);
}

void ask_for_source(const IpAddress& local, Request<rtmsg>& request) {
    request.header().rtm_src_len = static_cast<std::uint8_t>(local.size() * 8);
    request.put(RTA_SRC, local);
}

}  // namespace

std::optional<Link> KernelView::link(const std::string& name) {
    Request<ifinfomsg> request(RTM_GETLINK, NLM_F_ACK);
    mnl_attr_put_strz(&request.message(), IFLA_IFNAME, name.c_str());
    mnl_attr_put_u32(&request.message(), IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    std::optional<Link> found;
    socket_.request(request.message(), [&](const nlmsghdr& message) { found = parse_link(message); });
    return found;
}

std::vector<InterfaceAddress> KernelView::addresses(int interface) {
    Request<ifaddrmsg> request(RTM_GETADDR, NLM_F_DUMP);
    request.header().ifa_index = static_cast<std::uint32_t>(interface);
    std::vector<InterfaceAddress> found;
    socket_.request(request.message(), [&](const nlmsghdr& message) {
        const auto address = parse_interface_address(message);
        if (address && (interface == any_interface || address->interface == interface)) found.push_back(*address);
    });
    return found;
}

std::vector<Route> KernelView::our_routes(int interface) {
    std::vector<Route> ours;
    for (const Family family : {Family::ipv4, Family::ipv6})
        for (const std::uint32_t table : {std::uint32_t{RT_TABLE_MAIN}, wide_table})
            std::ranges::copy_if(routes_by(interface, family, table), std::back_inserter(ours),
                                 [](const Route& route) { return route.protocol == our_protocol; });
    return ours;
}

std::vector<Route> KernelView::routes_by(int interface, Family family, std::uint32_t table) {
    Request<rtmsg> request(RTM_GETROUTE, NLM_F_DUMP);
    request.header().rtm_family = family_code(family);
    mnl_attr_put_u32(&request.message(), RTA_TABLE, table);
    mnl_attr_put_u32(&request.message(), RTA_OIF, static_cast<std::uint32_t>(interface));
    std::vector<Route> found;
    // A table that does not exist is an error, and has no routes.
    socket_.request(request.message(), [&](const nlmsghdr& message) {
        const auto route = parse_route(message);
        if (route && route->interface == interface && route->table == table) found.push_back(*route);
    });
    return found;
}

std::vector<Route> KernelView::routes(const std::function<bool(const Route&)>& is_wanted) {
    std::vector<Route> found;
    for (const Family family : {Family::ipv4, Family::ipv6}) {
        Request<rtmsg> request(RTM_GETROUTE, NLM_F_DUMP);
        request.header().rtm_family = family_code(family);
        socket_.request(request.message(), [&](const nlmsghdr& message) {
            const auto route = parse_route(message);
            if (route && is_wanted(*route)) found.push_back(*route);
        });
    }
    return found;
}

std::vector<Rule> KernelView::rules() {
    std::vector<Rule> found;
    for (const Family family : {Family::ipv4, Family::ipv6}) {
        Request<fib_rule_hdr> request(RTM_GETRULE, NLM_F_DUMP);
        request.header().family = family_code(family);
        socket_.request(request.message(), [&](const nlmsghdr& message) {
            if (const auto rule = parse_rule(message)) found.push_back(*rule);
        });
    }
    return found;
}

std::optional<Neighbour> KernelView::neighbour(int interface, const IpAddress& address) {
    Request<ndmsg> request(RTM_GETNEIGH, NLM_F_ACK);
    request.header().ndm_family = family_code(address.family);
    request.header().ndm_ifindex = interface;
    request.put(NDA_DST, address);
    std::optional<Neighbour> found;
    socket_.request(request.message(), [&](const nlmsghdr& message) { found = parse_neighbour(message); });
    return found;
}

tl::expected<Route, int> KernelView::route_of_copies(const Endpoint& local, const Endpoint& peer, int interface,
                                                     Source source) {
    Request<rtmsg> request(RTM_GETROUTE, NLM_F_ACK);
    ask_for_route_to(peer.address, request);
    if (source == Source::local) ask_for_source(local.address, request);
    mnl_attr_put_u32(&request.message(), RTA_OIF, static_cast<std::uint32_t>(interface));
    mnl_attr_put_u16(&request.message(), RTA_SPORT, htons(local.udp_port));
    mnl_attr_put_u16(&request.message(), RTA_DPORT, htons(peer.udp_port));
    std::optional<Route> found;
    const int error =
        socket_.request(request.message(), [&](const nlmsghdr& message) { found = parse_route(message); });
    if (error != 0) return tl::make_unexpected(error);
    if (!found) return tl::make_unexpected(ENETUNREACH);
    return *found;
}

std::uint16_t KernelView::learnt_mtu(const IpAddress& local, const IpAddress& peer) {
    Request<rtmsg> request(RTM_GETROUTE, NLM_F_ACK);
    ask_for_route_to(peer, request);
    ask_for_source(local, request);
    std::optional<Route> found;
    socket_.request(request.message(), [&](const nlmsghdr& message) { found = parse_route(message); });
    return found && found->is_learnt ? found->mtu : std::uint16_t{0};
}

}  // namespace ropewalk::control::kernel
