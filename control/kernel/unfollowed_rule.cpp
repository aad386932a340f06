#include "control/kernel/unfollowed_rule.hpp"

#include <linux/rtnetlink.h>

#include <algorithm>

#include <fmt/format.h>

#include "control/kernel/coverings.hpp"

namespace ropewalk::control::kernel {

using config::Family;
using config::schema::IpAddress;
using config::schema::to_string;

namespace {

bool is_choosy(const Rule& rule, Family family) {
    const bool matches_all = rule.selectors.empty() && !rule.source && !rule.destination && !rule.is_inverted;
    return rule.family == family && leads_to_table(rule) && !matches_all && rule.table != RT_TABLE_MAIN &&
           rule.table != RT_TABLE_LOCAL;
}

}  // namespace

std::vector<std::uint32_t> tables_of_choosy_rules(const std::vector<Rule>& rules, Family family) {
    std::vector<std::uint32_t> tables;
    for (const Rule& rule : rules)
        if (is_choosy(rule, family) && std::ranges::find(tables, rule.table) == tables.end())
            tables.push_back(rule.table);
    return tables;
}

std::optional<UnfollowedRule> find_unfollowed(const std::vector<Rule>& rules, const std::vector<Route>& routes,
                                              const IpAddress& peer, int interface) {
    for (const Rule& rule : rules) {
        if (!is_choosy(rule, peer.family)) continue;
        const auto way = std::ranges::find_if(routes, [&](const Route& route) {
            return route.table == rule.table && route.interface == interface && route.type == RTN_UNICAST &&
                   covers(route.destination, host_prefix(peer));
        });
        if (way != routes.end()) return UnfollowedRule{rule, *way};
    }
    return std::nullopt;
}

std::string advice_of(const UnfollowedRule& unfollowed, const IpAddress& peer) {
    const Rule& rule = unfollowed.rule;
    const std::string via = unfollowed.route.gateway ? " via " + to_string(*unfollowed.route.gateway) : "";
    return fmt::format(
        "the rule '{}' leads there{}, but does not match this path's copies; let another one do so: "
        "ip{} rule add to {} lookup {}",
        to_string(rule), via, peer.family == Family::ipv6 ? " -6" : "", to_string(peer), rule.table);
}

}  // namespace ropewalk::control::kernel
