#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "control/kernel/inside_plan.hpp"
#include "control/kernel/kernel_routing.hpp"

namespace ropewalk::control::kernel {

/// The last before the rule of the main table: rules of others come before ours, and are honoured.
inline constexpr std::uint32_t our_rule_priority = 32765;

/// Interfaces of paths, and those that a default route leaves by: what came from anywhere may have come in there.
std::set<int> wan_interfaces(const InsideWanted& wanted, const KernelRouting& kernel, int inside);

/// In the table for wide prefixes, but by another interface than ours.
bool is_of_another_gateway(const Route& route, config::Family family, int inside);

/// The rules that wide ones among the routes need, in this order: packets from the WANs' addresses look into the main
/// table; then all packets do, but pass over routes as wide as ours; then into ours. None without wide routes; those of
/// another gateway stay as they are.
std::vector<Rule> wide_rules(const InsideWanted& wanted, const std::vector<InsideRoute>& routes,
                             const KernelRouting& kernel, int inside);

}  // namespace ropewalk::control::kernel
