#pragma once

#include "control/kernel/inside_routes.hpp"

namespace ropewalk::control::kernel {

/// Pure. What nobody reaches though every route is set: networks behind this machine while its kernel forwards nothing,
/// and the rest of an inside network. Each as a sentence with what mends it. `inside` is as for choose_routes.
std::vector<RouteFinding> find_unreached(const InsideWanted& wanted, const KernelRouting& kernel, int inside);

}  // namespace ropewalk::control::kernel
