#pragma once

#include <optional>
#include <string>
#include <vector>

#include "control/kernel/route.hpp"
#include "control/kernel/rule.hpp"

namespace ropewalk::control::kernel {

/// A rule whose table has a way to a peer that the kernel's answer for the path's copies did not take.
struct UnfollowedRule {
    Rule rule;
    Route route;  ///< the way
    auto operator<=>(const UnfollowedRule&) const = default;
};

/// Tables that rules lead to which do not match every packet of the family; each once.
std::vector<std::uint32_t> tables_of_choosy_rules(const std::vector<Rule>& rules, config::Family family);

/// The first such rule in the kernel's order. `routes`: of those tables.
std::optional<UnfollowedRule> find_unfollowed(const std::vector<Rule>& rules, const std::vector<Route>& routes,
                                              const config::schema::IpAddress& peer, int interface);

/// What to do about it: the rule is named, and a route in the main table is not asked for.
std::string advice_of(const UnfollowedRule& unfollowed, const config::schema::IpAddress& peer);

}  // namespace ropewalk::control::kernel
