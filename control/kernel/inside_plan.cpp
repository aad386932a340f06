#include "control/kernel/inside_plan.hpp"

#include <algorithm>
#include <limits>

#include "config/snapshot/build.hpp"

namespace ropewalk::control::kernel {

using config::Family;
using config::schema::Prefix;

namespace {

bool contains(const std::vector<Prefix>& prefixes, const Prefix& prefix) {
    return std::ranges::find(prefixes, prefix) != prefixes.end();
}

std::optional<config::schema::IpAddress> first_of_family(const std::vector<Prefix>& addresses, Family family) {
    for (const Prefix& address : addresses)
        if (address.address.family == family) return address.address;
    return std::nullopt;
}

void plan_addresses(const InsideWanted& wanted, const InsideFound& found, const std::vector<Prefix>& set_before,
                    InsidePlan& plan) {
    for (const Prefix& address : wanted.addresses)
        if (std::ranges::find(found.addresses, address, &InterfaceAddress::prefix) == found.addresses.end())
            plan.add_addresses.push_back(address);
    for (const InterfaceAddress& address : found.addresses) {
        if (contains(wanted.addresses, address.prefix)) continue;
        const bool made_by_kernel =
            found.link.makes_own_ipv6_address && address.is_link_local && address.prefix.address.family == Family::ipv6;
        if (address.is_ours || made_by_kernel || contains(set_before, address.prefix))
            plan.remove_addresses.push_back(address.prefix);
    }
}

void plan_routes(const InsideWanted& wanted, const InsideFound& found, InsidePlan& plan) {
    for (const InsideRoute& route : wanted.routes) {
        const auto existing = std::ranges::find(found.our_routes, route.destination, &Route::destination);
        if (existing == found.our_routes.end())
            plan.add_routes.push_back(route);
        else if (existing->mtu != route.mtu || existing->source != route.source)
            plan.replace_routes.push_back(route);
    }
    for (const Route& route : found.our_routes)
        if (std::ranges::find(wanted.routes, route.destination, &InsideRoute::destination) == wanted.routes.end())
            plan.remove_routes.push_back(route.destination);
}

}  // namespace

InsideWanted inside_wanted(const config::schema::Gateway& gateway) {
    constexpr std::uint16_t ethernet_mtu = 1500;
    std::uint16_t smallest = gateway.tunnels.empty() ? ethernet_mtu : std::numeric_limits<std::uint16_t>::max();
    for (const auto& tunnel : gateway.tunnels)
        smallest = std::min(smallest, config::snapshot::inner_mtu_of(gateway, tunnel));
    InsideWanted wanted;
    wanted.mtu = gateway.inside.mtu ? static_cast<std::uint16_t>(gateway.inside.mtu->count) : smallest;
    wanted.addresses = gateway.inside.addresses;
    for (const auto& tunnel : gateway.tunnels) {
        const std::uint16_t mtu = config::snapshot::inner_mtu_of(gateway, tunnel);
        for (const Prefix& prefix : tunnel.prefixes)
            wanted.routes.push_back({prefix, mtu < wanted.mtu ? mtu : std::uint16_t{0},
                                     first_of_family(wanted.addresses, prefix.address.family)});
    }
    return wanted;
}

bool InsidePlan::is_empty() const {
    return !stop_own_ipv6_address && !mtu && !set_up && add_addresses.empty() && add_routes.empty() &&
           replace_routes.empty() && remove_routes.empty() && remove_addresses.empty();
}

InsidePlan plan_inside(const InsideWanted& wanted, const InsideFound& found, MtuCare mtu_care,
                       const std::vector<Prefix>& set_before) {
    InsidePlan plan;
    plan.stop_own_ipv6_address = found.link.makes_own_ipv6_address;
    if (mtu_care == MtuCare::set && found.link.mtu != wanted.mtu) plan.mtu = wanted.mtu;
    plan.set_up = !found.link.up;
    plan_addresses(wanted, found, set_before, plan);
    plan_routes(wanted, found, plan);
    return plan;
}

}  // namespace ropewalk::control::kernel
