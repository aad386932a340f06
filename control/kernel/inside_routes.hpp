#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "control/kernel/inside_plan.hpp"
#include "control/kernel/kernel_routing.hpp"

namespace ropewalk::control::kernel {

/// What a prefix of ours meets in the kernel, as a sentence that says what is taken away, by what, and what to change.
struct RouteFinding {
    enum class Outcome : std::uint8_t {
        told,  ///< the prefix goes into the tunnel all the same
        held,  ///< its route is not set, or removed, while this lasts
    } outcome = Outcome::told;
    std::string text;
    auto operator<=>(const RouteFinding&) const = default;
};

/// Routes and rules that may stand, and what there is to say.
struct InsideRouting {
    std::vector<InsideRoute> routes;
    std::vector<Rule> rules;
    std::vector<RouteFinding> findings;
};

/// Pure. A route never takes the place of a network that this machine is part of, of another route of the same rank, or
/// of the way to a path's router; what default routes carried goes on for who came in by a WAN. `inside` is the index
/// of the inside interface, 0 while it is not there. See docs/decisions/011-all-traffic.md.
InsideRouting choose_routes(const InsideWanted& wanted, const KernelRouting& kernel, int inside);

}  // namespace ropewalk::control::kernel
