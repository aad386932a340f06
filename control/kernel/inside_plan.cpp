#include "control/kernel/inside_plan.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

#include "config/region/limits.hpp"
#include "config/schema/validate.hpp"
#include "config/snapshot/build.hpp"
#include "control/kernel/kernel_port.hpp"

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
    const auto is_at_place_of = [](const InsideRoute& route) {
        return [&](const Route& other) { return other.destination == route.destination && other.table == route.table; };
    };
    for (const InsideRoute& route : wanted.routes) {
        const auto existing = std::ranges::find_if(found.our_routes, is_at_place_of(route));
        if (existing == found.our_routes.end())
            plan.add_routes.push_back(route);
        else if (existing->mtu != route.mtu || existing->source != route.source)
            plan.replace_routes.push_back(route);
    }
    for (const Route& route : found.our_routes)
        if (std::ranges::none_of(wanted.routes, [&](const auto& other) { return is_at_place_of(other)(route); }))
            plan.remove_routes.push_back(route);
}

std::vector<Rule> of_family(const std::vector<Rule>& rules, Family family) {
    std::vector<Rule> chosen;
    std::ranges::copy_if(rules, std::back_inserter(chosen), [&](const Rule& rule) { return rule.family == family; });
    return chosen;
}

void add_paths(const config::schema::Gateway& gateway, const config::schema::Tunnel& tunnel, InsideWanted& wanted) {
    for (const auto& path : tunnel.paths) {
        const auto* const port = find_port(gateway, path.port);
        if (port == nullptr || !kernel_sees(*port)) continue;
        wanted.paths.push_back(
            {config::snapshot::path_key(tunnel, path), port->device, path.local.address, path.peer.address});
    }
}

std::uint16_t inner_mtu_now(const config::schema::Gateway& gateway, const config::schema::Tunnel& tunnel,
                            const InnerMtusByName& inner_mtus) {
    const auto found = inner_mtus.find(tunnel.name);
    return found != inner_mtus.end() ? found->second : config::snapshot::inner_mtu_of(gateway, tunnel);
}

std::uint16_t mtu_of_inside(const config::schema::Gateway& gateway, const InnerMtusByName& inner_mtus) {
    constexpr std::uint16_t ethernet_mtu = 1500;
    if (gateway.inside.mtu) return static_cast<std::uint16_t>(gateway.inside.mtu->count);
    if (gateway.tunnels.empty()) return ethernet_mtu;
    std::uint16_t configured = std::numeric_limits<std::uint16_t>::max();
    // The kernel runs no IPv6 over an interface of less.
    std::uint16_t carried =
        config::schema::uses_ipv6_inside(gateway) ? config::region::min_mtu_ipv6 : config::region::min_mtu;
    for (const auto& tunnel : gateway.tunnels) {
        configured = std::min(configured, config::snapshot::inner_mtu_of(gateway, tunnel));
        carried = std::max(carried, inner_mtu_now(gateway, tunnel, inner_mtus));
    }
    return std::min(configured, carried);
}

}  // namespace

bool is_wide(const Prefix& prefix) {
    return prefix.length < (prefix.address.family == Family::ipv4 ? 8 : 12);
}

InsideWanted inside_wanted(const config::schema::Gateway& gateway, const InnerMtusByName& inner_mtus) {
    InsideWanted wanted;
    wanted.mtu = mtu_of_inside(gateway, inner_mtus);
    wanted.addresses = gateway.inside.addresses;
    for (const auto& tunnel : gateway.tunnels) {
        const std::uint16_t mtu = inner_mtu_now(gateway, tunnel, inner_mtus);
        for (const Prefix& prefix : tunnel.prefixes)
            wanted.routes.push_back({prefix, mtu < wanted.mtu ? mtu : std::uint16_t{0},
                                     first_of_family(wanted.addresses, prefix.address.family),
                                     is_wide(prefix) ? wide_table : std::uint32_t{RT_TABLE_MAIN}, tunnel.name});
        add_paths(gateway, tunnel, wanted);
    }
    return wanted;
}

bool InsidePlan::is_empty() const {
    return !stop_own_ipv6_address && !mtu && !set_up && add_addresses.empty() && add_rules.empty() &&
           add_routes.empty() && replace_routes.empty() && remove_routes.empty() && remove_rules.empty() &&
           remove_addresses.empty();
}

void plan_rules(const std::vector<Rule>& wanted, const std::vector<Rule>& our_rules, InsidePlan& plan) {
    for (const Family family : {Family::ipv4, Family::ipv6}) {
        const auto wanted_here = of_family(wanted, family), ours_here = of_family(our_rules, family);
        if (wanted_here == ours_here) continue;
        plan.add_rules.insert(plan.add_rules.end(), wanted_here.begin(), wanted_here.end());
        plan.remove_rules.insert(plan.remove_rules.end(), ours_here.begin(), ours_here.end());
    }
}

InsidePlan plan_inside(const InsideWanted& wanted, const InsideFound& found, const std::vector<Prefix>& set_before) {
    InsidePlan plan;
    plan.stop_own_ipv6_address = found.link.makes_own_ipv6_address;
    if (found.link.mtu != wanted.mtu) plan.mtu = wanted.mtu;
    plan.set_up = !found.link.up;
    plan_addresses(wanted, found, set_before, plan);
    plan_rules(wanted.rules, found.our_rules, plan);
    plan_routes(wanted, found, plan);
    return plan;
}

}  // namespace ropewalk::control::kernel
