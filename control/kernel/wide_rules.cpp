#include "control/kernel/wide_rules.hpp"

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <iterator>

#include "control/kernel/coverings.hpp"

namespace ropewalk::control::kernel {

using config::Family;
using config::schema::IpAddress;

namespace {

std::set<IpAddress> wan_addresses(const InsideWanted& wanted, const KernelRouting& kernel, int inside, Family family) {
    const std::set<int> interfaces = wan_interfaces(wanted, kernel, inside);
    std::set<IpAddress> addresses;
    for (const InterfaceAddress& address : kernel.addresses) {
        if (address.prefix.address.family != family || address.is_link_local) continue;
        // A path may have its address on another interface, such as lo.
        const bool is_of_path =
            std::ranges::find(wanted.paths, address.prefix.address, &WanPath::local) != wanted.paths.end();
        if (interfaces.contains(address.interface) || is_of_path) addresses.insert(address.prefix.address);
    }
    return addresses;
}

Rule our_rule(Family family, std::uint32_t table) {
    Rule rule;
    rule.family = family;
    rule.priority = our_rule_priority;
    rule.action = FR_ACT_TO_TBL;
    rule.table = table;
    rule.protocol = our_protocol;
    return rule;
}

void add_rules(Family family, std::uint32_t longest, const std::set<IpAddress>& exempt, std::vector<Rule>& rules) {
    for (const IpAddress& address : exempt) {
        rules.push_back(our_rule(family, RT_TABLE_MAIN));
        rules.back().source = host_prefix(address);
    }
    rules.push_back(our_rule(family, RT_TABLE_MAIN));
    rules.back().suppressed_length = longest;
    rules.push_back(our_rule(family, wide_table));
}

}  // namespace

std::set<int> wan_interfaces(const InsideWanted& wanted, const KernelRouting& kernel, int inside) {
    std::set<int> interfaces;
    for (const WanPath& path : wanted.paths) interfaces.insert(kernel.index_of(path.interface));
    for (const Route& route : kernel.routes) {
        if (route.destination.length != 0 || route.table != RT_TABLE_MAIN) continue;
        interfaces.insert(route.interface);
        interfaces.insert(route.several_interfaces.begin(), route.several_interfaces.end());
    }
    interfaces.erase(0);
    interfaces.erase(inside);
    return interfaces;
}

bool is_of_another_gateway(const Route& route, Family family, int inside) {
    return route.table == wide_table && route.destination.address.family == family && route.interface != inside;
}

std::vector<Rule> wide_rules(const InsideWanted& wanted, const std::vector<InsideRoute>& routes,
                             const KernelRouting& kernel, int inside) {
    std::vector<Rule> rules;
    for (const Family family : {Family::ipv4, Family::ipv6}) {
        if (std::ranges::any_of(kernel.routes,
                                [&](const Route& route) { return is_of_another_gateway(route, family, inside); })) {
            std::ranges::copy_if(kernel.rules, std::back_inserter(rules), [&](const Rule& rule) {
                return rule.family == family && rule.protocol == our_protocol;
            });
            continue;
        }
        std::optional<std::uint32_t> longest;
        for (const InsideRoute& route : routes)
            if (route.table == wide_table && route.destination.address.family == family)
                longest = std::max<std::uint32_t>(longest.value_or(0), route.destination.length);
        if (longest) add_rules(family, *longest, wan_addresses(wanted, kernel, inside, family), rules);
    }
    return rules;
}

}  // namespace ropewalk::control::kernel
