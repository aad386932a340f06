#include "control/kernel/route_sentences.hpp"

#include <linux/rtnetlink.h>

#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ropewalk::control::kernel {

using config::Family;
using config::schema::IpAddress;
using config::schema::to_string;

namespace {

std::string key_of(const InsideRoute& route) {
    return fmt::format("tunnels.{}.prefixes: {}", route.tunnel, to_string(route.destination));
}

const char* ip_command(Family family) {
    return family == Family::ipv6 ? "ip -6" : "ip";
}

std::string type_text(const Route& route) {
    switch (route.type) {
        case RTN_BLACKHOLE:
            return "blackhole";
        case RTN_UNREACHABLE:
            return "unreachable";
        case RTN_PROHIBIT:
            return "prohibit";
        default:
            return {};
    }
}

}  // namespace

std::string way_of(const Route& route, const KernelRouting& kernel) {
    std::vector<std::string> words;
    if (const std::string type = type_text(route); !type.empty()) words.push_back(type);
    if (route.gateway) words.push_back("via " + to_string(*route.gateway));
    if (route.interface != 0) words.push_back("dev " + kernel.name_of(route.interface));
    if (!route.several_interfaces.empty()) words.emplace_back("by several next hops");
    if (route.priority != 0) words.push_back(fmt::format("metric {}", route.priority));
    return fmt::format("{}", fmt::join(words, " "));
}

std::string network_sentence(const InsideRoute& route, const KernelRouting& kernel, const Route& network) {
    return fmt::format(
        "{} is the network of interface {} here ({}), which would be cut off; the route into the tunnel is not set: "
        "list only those parts of it that are behind the peer, or give one of the two networks other addresses",
        key_of(route), kernel.name_of(network.interface), way_of(network, kernel));
}

std::string own_network_sentence(const InsideRoute& route, const KernelRouting& kernel, const InterfaceAddress& own) {
    return fmt::format(
        "{} holds {}, an address of this machine on {}, whose neighbours would be sought in the tunnel; the route is "
        "not set: leave that part of the network out, by smaller prefixes",
        key_of(route), to_string(own.prefix), kernel.name_of(own.interface));
}

std::string own_address_sentence(const InsideRoute& route, const KernelRouting& kernel, int interface) {
    return fmt::format(
        "{} is an address of this machine itself ({}), so that no packet to it leaves; the route is not set: list "
        "addresses behind the peer",
        key_of(route), interface == 0 ? std::string("inside.addresses") : kernel.name_of(interface));
}

std::string router_sentence(const InsideRoute& route, const WanPath& path, const IpAddress& router) {
    return fmt::format(
        "{} holds {}, the router of path {} on {}, which would be sought in the tunnel; the route is not set: leave "
        "that address out, by smaller prefixes",
        key_of(route), to_string(router), path.key, path.interface);
}

std::string other_route_sentence(const InsideRoute& route, const KernelRouting& kernel, const Route& other) {
    const std::string way = way_of(other, kernel);
    return fmt::format(
        "{} has another route here ({}), which is left alone; the one into the tunnel is not set: if the traffic "
        "belongs into the tunnel, remove that one ({} route del {} {}), else leave the prefix out",
        key_of(route), way, ip_command(other.destination.address.family), to_string(other.destination), way);
}

std::string other_gateway_sentence(const InsideRoute& route, const KernelRouting& kernel, const Route& other) {
    return fmt::format(
        "{} is wider than any network, and so is {} of another gateway here ({}); only one of a machine's gateways "
        "can have such prefixes: the route is not set",
        key_of(route), to_string(other.destination), kernel.name_of(other.interface));
}

std::string waiting_route_sentence(const InsideRoute& route, const KernelRouting& kernel, const Route& other) {
    return fmt::format(
        "{} goes into the tunnel and no longer {}; leave the prefix out if that route is to keep its traffic",
        key_of(route), way_of(other, kernel));
}

std::string part_sentence(const InsideRoute& route, const KernelRouting& kernel, const Route& whole) {
    if (is_on_link(whole))
        return fmt::format(
            "{} is part of {}, the network of interface {} here: what is there with these addresses is cut off; leave "
            "the prefix out unless they are behind the peer",
            key_of(route), to_string(whole.destination), kernel.name_of(whole.interface));
    return fmt::format(
        "{} goes into the tunnel, and the rest of {} as before, {}; leave the prefix out if that route is to keep its "
        "traffic",
        key_of(route), to_string(whole.destination), way_of(whole, kernel));
}

std::string peer_sentence(const InsideRoute& route, const WanPath& path, const std::optional<IpAddress>& router) {
    const std::string peer = to_string(path.peer);
    return fmt::format(
        "{} holds {}, the peer of path {}: its copies go on by {}, but all else that this machine sends there goes "
        "into the tunnel; to keep that out of it: {} route add {} via {} dev {}",
        key_of(route), peer, path.key, path.interface, ip_command(path.peer.family), peer,
        router ? to_string(*router) : "ROUTER", path.interface);
}

std::string rule_sentence(const InsideRoute& route, const Rule& rule) {
    return fmt::format(
        "{} does not go into the tunnel for what the rule '{}' matches, which comes first; if it is to, give that "
        "rule a narrower match, or its table a route by the inside interface",
        key_of(route), to_string(rule));
}

std::string wide_sentence(const std::vector<InsideRoute>& routes, const std::vector<Rule>& rules, Family family) {
    const InsideRoute* widest = nullptr;
    for (const InsideRoute& route : routes)
        if (route.table == wide_table && route.destination.address.family == family && widest == nullptr)
            widest = &route;
    if (widest == nullptr) return {};
    std::vector<std::string> exempt;
    for (const Rule& rule : rules)
        if (rule.family == family && rule.source) exempt.push_back(to_string(rule.source->address));
    return fmt::format(
        "{} takes all that has no route with a longer prefix (table {}); default routes stay, and have what this "
        "machine sends from {}",
        key_of(*widest), wide_table,
        exempt.empty() ? "its WANs' addresses, of which there are none now"
                       : fmt::format("{}, so that who comes in by a WAN is answered", fmt::join(exempt, ", ")));
}

}  // namespace ropewalk::control::kernel
