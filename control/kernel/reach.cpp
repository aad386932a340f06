#include "control/kernel/reach.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "control/kernel/coverings.hpp"
#include "control/kernel/wide_rules.hpp"

namespace ropewalk::control::kernel {

using config::Family;
using config::schema::Prefix;
using config::schema::to_string;

namespace {

/// Of the machine, beside its WANs and the inside interface: most likely of a network of users.
const InterfaceAddress* find_lan(const InsideWanted& wanted, const KernelRouting& kernel, int inside, Family family) {
    const std::set<int> wans = wan_interfaces(wanted, kernel, inside);
    const auto is_lan = [&](const InterfaceAddress& address) {
        const Prefix& prefix = address.prefix;
        return prefix.address.family == family && prefix != host_prefix(prefix.address) && !address.is_link_local &&
               kernel.name_of(address.interface) != "lo" && address.interface != inside &&
               !wans.contains(address.interface);
    };
    const auto found = std::ranges::find_if(kernel.addresses, is_lan);
    return found == kernel.addresses.end() ? nullptr : &*found;
}

/// A network of users behind a peer: neither one address, nor inside addresses of gateways, nor all traffic.
bool is_peers_lan(const InsideWanted& wanted, const Prefix& prefix) {
    return prefix != host_prefix(prefix.address) && !is_wide(prefix) &&
           std::ranges::none_of(wanted.addresses,
                                [&](const Prefix& address) { return covers(network_of(address), prefix); });
}

/// Who would need this machine to forward, as the end of a sentence; empty when nobody is known to.
std::string who_is_cut_off(const InsideWanted& wanted, const KernelRouting& kernel, int inside, Family family) {
    const InsideRoute* first = nullptr;
    const InsideRoute* network = nullptr;
    const InsideRoute* of_another_tunnel = nullptr;
    for (const InsideRoute& route : wanted.routes) {
        if (route.destination.address.family != family) continue;
        if (first == nullptr) first = &route;
        if (network == nullptr && is_peers_lan(wanted, route.destination)) network = &route;
        if (of_another_tunnel == nullptr && route.tunnel != first->tunnel) of_another_tunnel = &route;
    }
    if (first == nullptr) return {};
    if (const auto* const lan = find_lan(wanted, kernel, inside, family))
        return fmt::format("hosts of {} on {} reach nothing by the tunnels", to_string(network_of(lan->prefix)),
                           kernel.name_of(lan->interface));
    if (network != nullptr)
        return fmt::format("tunnels.{}.prefixes: {} reaches this machine and nothing behind it", network->tunnel,
                           to_string(network->destination));
    if (of_another_tunnel != nullptr)
        return fmt::format("the peers of tunnels {} and {} do not reach each other", first->tunnel,
                           of_another_tunnel->tunnel);
    return {};
}

std::string forwarding_sentence(Family family, const std::string& cut_off) {
    if (family == Family::ipv4)
        return fmt::format("net.ipv4.ip_forward is 0: {}; to change that: sysctl -w net.ipv4.ip_forward=1", cut_off);
    // Who forwards IPv6 is a router, and takes no address or route from another one unless told to.
    return fmt::format(
        "net.ipv6.conf.all.forwarding is 0: {}; to change that: sysctl -w net.ipv6.conf.all.forwarding=1, and before "
        "it net.ipv6.conf.WAN.accept_ra=2 for each WAN whose router gives it address or route",
        cut_off);
}

bool overlap(const Prefix& one, const Prefix& other) {
    return covers(one, other) || covers(other, one);
}

/// Packets for the network of an inside address go to the interface, and there no tunnel takes them.
std::optional<std::string> inside_network_sentence(const InsideWanted& wanted, const Prefix& address) {
    const Prefix network = network_of(address);
    if (address == host_prefix(address.address)) return std::nullopt;
    if (std::ranges::any_of(wanted.routes, [&](const auto& route) { return overlap(network, route.destination); }))
        return std::nullopt;
    return fmt::format(
        "inside.addresses: {} leads all of {} to the tunnels, and none of them has a prefix in it: packets to a peer's "
        "inside address end as no_tunnel; add that address to its tunnel's prefixes, with the length {}",
        to_string(address), to_string(network), address.address.size() * 8);
}

}  // namespace

std::vector<RouteFinding> find_unreached(const InsideWanted& wanted, const KernelRouting& kernel, int inside) {
    std::vector<RouteFinding> findings;
    for (const Family family : {Family::ipv4, Family::ipv6}) {
        if (!kernel.unforwarded.contains(family)) continue;
        if (const std::string cut_off = who_is_cut_off(wanted, kernel, inside, family); !cut_off.empty())
            findings.push_back({RouteFinding::Outcome::told, forwarding_sentence(family, cut_off)});
    }
    if (!wanted.routes.empty())
        for (const Prefix& address : wanted.addresses)
            if (auto sentence = inside_network_sentence(wanted, address))
                findings.push_back({RouteFinding::Outcome::told, std::move(*sentence)});
    return findings;
}

}  // namespace ropewalk::control::kernel
