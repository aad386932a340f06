#include "control/kernel/routing_look.hpp"

#include <linux/rtnetlink.h>
#include <net/if.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <set>

#include "control/kernel/coverings.hpp"
#include "control/kernel/reach.hpp"

namespace ropewalk::control::kernel {
namespace {

std::set<config::schema::Prefix> destinations_of(const InsideWanted& wanted) {
    std::set<config::schema::Prefix> destinations;
    for (const InsideRoute& route : wanted.routes) destinations.insert(route.destination);
    for (const WanPath& path : wanted.paths) destinations.insert(host_prefix(path.peer));
    return destinations;
}

/// What leads to a wanted prefix or a peer, and networks that this machine is part of: routers are in them.
bool concerns(const Route& route, const std::set<config::schema::Prefix>& destinations) {
    if (route.table == RT_TABLE_LOCAL || route.type == RTN_LOCAL || route.type == RTN_BROADCAST ||
        route.type == RTN_MULTICAST || route.type == RTN_ANYCAST)
        return false;
    return is_on_link(route) || covers_any(route.destination, destinations);
}

void name_interfaces(const InsideWanted& wanted, KernelRouting& kernel) {
    std::set<int> indices;
    for (const Route& route : kernel.routes) indices.insert(route.interface);
    for (const InterfaceAddress& address : kernel.addresses) indices.insert(address.interface);
    for (const WanPath& path : wanted.paths) indices.insert(static_cast<int>(::if_nametoindex(path.interface.c_str())));
    std::array<char, IF_NAMESIZE> name{};
    for (const int index : indices)
        if (index != 0 && ::if_indextoname(static_cast<unsigned>(index), name.data()) != nullptr)
            kernel.interfaces[index] = name.data();
}

/// What cannot be read, such as that of IPv6 in a kernel without it, is not off.
std::set<config::Family> unforwarded_families() {
    std::set<config::Family> families;
    const auto add_if_off = [&](const char* setting, config::Family family) {
        int value = 1;
        if (std::ifstream(setting) >> value && value == 0) families.insert(family);
    };
    add_if_off("/proc/sys/net/ipv4/ip_forward", config::Family::ipv4);
    add_if_off("/proc/sys/net/ipv6/conf/all/forwarding", config::Family::ipv6);
    return families;
}

}  // namespace

KernelRouting look_at_routing(KernelView& view, const InsideWanted& wanted) {
    const auto destinations = destinations_of(wanted);
    KernelRouting kernel;
    kernel.addresses = view.addresses(KernelView::any_interface);
    kernel.rules = view.rules();
    kernel.routes = view.routes([&](const Route& route) { return concerns(route, destinations); });
    kernel.unforwarded = unforwarded_families();
    name_interfaces(wanted, kernel);
    return kernel;
}

std::vector<RouteFinding> examine_routes(NetlinkSocket& socket, const config::schema::Gateway& gateway) {
    if (gateway.inside.interface.empty()) return {};
    KernelView view(socket);
    const auto link = view.link(gateway.inside.interface);
    const int inside = link ? link->index : 0;
    const InsideWanted wanted = inside_wanted(gateway, {});
    const KernelRouting kernel = look_at_routing(view, wanted);
    auto findings = choose_routes(wanted, kernel, inside).findings;
    std::ranges::move(find_unreached(wanted, kernel, inside), std::back_inserter(findings));
    return findings;
}

}  // namespace ropewalk::control::kernel
