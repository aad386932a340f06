#include "control/kernel/kernel_change.hpp"

#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include "control/kernel/interface_address.hpp"
#include "control/kernel/request.hpp"

namespace ropewalk::control::kernel {

using config::Family;
using config::schema::IpAddress;
using config::schema::Prefix;

namespace {

void describe_address(Request<ifaddrmsg>& request, int interface, const Prefix& prefix) {
    request.header().ifa_family = family_code(prefix.address.family);
    request.header().ifa_prefixlen = prefix.length;
    request.header().ifa_index = static_cast<std::uint32_t>(interface);
    request.put(IFA_LOCAL, prefix.address);
    request.put(IFA_ADDRESS, prefix.address);
}

void describe_route(Request<rtmsg>& request, int interface, const Prefix& destination, std::uint32_t table) {
    request.header().rtm_family = family_code(destination.address.family);
    request.header().rtm_dst_len = destination.length;
    request.header().rtm_protocol = our_protocol;
    request.header().rtm_type = RTN_UNICAST;
    request.header().rtm_scope = destination.address.family == Family::ipv4 ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
    request.put(RTA_DST, destination.address);
    mnl_attr_put_u32(&request.message(), RTA_TABLE, table);
    mnl_attr_put_u32(&request.message(), RTA_OIF, static_cast<std::uint32_t>(interface));
}

/// Of what a rule can ask for, only what ours do.
void describe_rule(Request<fib_rule_hdr>& request, const Rule& rule) {
    request.header().family = family_code(rule.family);
    request.header().action = rule.action;
    if (rule.source) {
        request.header().src_len = rule.source->length;
        request.put(FRA_SRC, rule.source->address);
    }
    mnl_attr_put_u32(&request.message(), FRA_PRIORITY, rule.priority);
    mnl_attr_put_u32(&request.message(), FRA_TABLE, rule.table);
    if (rule.suppressed_length) mnl_attr_put_u32(&request.message(), FRA_SUPPRESS_PREFIXLEN, *rule.suppressed_length);
    mnl_attr_put_u8(&request.message(), FRA_PROTOCOL, rule.protocol);
}

}  // namespace

int KernelChange::set_up(int interface) {
    Request<ifinfomsg> request(RTM_NEWLINK, NLM_F_ACK);
    request.header().ifi_index = interface;
    request.header().ifi_flags = IFF_UP;
    request.header().ifi_change = IFF_UP;
    return socket_.request(request.message());
}

int KernelChange::set_mtu(int interface, std::uint32_t bytes) {
    Request<ifinfomsg> request(RTM_NEWLINK, NLM_F_ACK);
    request.header().ifi_index = interface;
    mnl_attr_put_u32(&request.message(), IFLA_MTU, bytes);
    return socket_.request(request.message());
}

int KernelChange::stop_own_ipv6_address(int interface) {
    Request<ifinfomsg> request(RTM_NEWLINK, NLM_F_ACK);
    request.header().ifi_index = interface;
    nlattr* const families = mnl_attr_nest_start(&request.message(), IFLA_AF_SPEC);
    nlattr* const ipv6 = mnl_attr_nest_start(&request.message(), AF_INET6);
    mnl_attr_put_u8(&request.message(), IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
    mnl_attr_nest_end(&request.message(), ipv6);
    mnl_attr_nest_end(&request.message(), families);
    return socket_.request(request.message());
}

int KernelChange::add_address(int interface, const Prefix& prefix) {
    Request<ifaddrmsg> request(RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE);
    describe_address(request, interface, prefix);
    if (prefix.address.family == Family::ipv6) request.header().ifa_flags = IFA_F_NODAD;
    mnl_attr_put_u8(&request.message(), IFA_PROTO, our_protocol);
    return socket_.request(request.message());
}

int KernelChange::remove_address(int interface, const Prefix& prefix) {
    Request<ifaddrmsg> request(RTM_DELADDR, NLM_F_ACK);
    describe_address(request, interface, prefix);
    return socket_.request(request.message());
}

int KernelChange::put_route(int interface, const InsideRoute& route, Existing existing) {
    const std::uint16_t flags = existing == Existing::replace ? NLM_F_REPLACE : NLM_F_EXCL;
    Request<rtmsg> request(RTM_NEWROUTE, static_cast<std::uint16_t>(NLM_F_ACK | NLM_F_CREATE | flags));
    describe_route(request, interface, route.destination, route.table);
    if (route.source) request.put(RTA_PREFSRC, *route.source);
    if (route.mtu != 0) {
        nlattr* const metrics = mnl_attr_nest_start(&request.message(), RTA_METRICS);
        mnl_attr_put_u32(&request.message(), RTAX_MTU, route.mtu);
        mnl_attr_nest_end(&request.message(), metrics);
    }
    return socket_.request(request.message());
}

int KernelChange::remove_route(const Route& route) {
    Request<rtmsg> request(RTM_DELROUTE, NLM_F_ACK);
    describe_route(request, route.interface, route.destination, route.table);
    return socket_.request(request.message());
}

int KernelChange::add_rule(const Rule& rule) {
    Request<fib_rule_hdr> request(RTM_NEWRULE, NLM_F_ACK | NLM_F_CREATE);
    describe_rule(request, rule);
    return socket_.request(request.message());
}

int KernelChange::remove_rule(const Rule& rule) {
    Request<fib_rule_hdr> request(RTM_DELRULE, NLM_F_ACK);
    describe_rule(request, rule);
    return socket_.request(request.message());
}

int KernelChange::resolve_neighbour(int interface, const IpAddress& address) {
    Request<ndmsg> request(RTM_NEWNEIGH, NLM_F_ACK | NLM_F_CREATE);
    request.header().ndm_family = family_code(address.family);
    request.header().ndm_ifindex = interface;
    // Older kernels ignore the extended flag and take NTF_USE alone, which the caller repeats.
    request.header().ndm_flags = NTF_USE;
    request.put(NDA_DST, address);
    mnl_attr_put_u32(&request.message(), NDA_FLAGS_EXT, NTF_EXT_MANAGED);
    return socket_.request(request.message());
}

}  // namespace ropewalk::control::kernel
