#pragma once

#include <vector>

#include "config/schema/gateway.hpp"
#include "control/kernel/inside_routes.hpp"
#include "control/kernel/kernel_view.hpp"

namespace ropewalk::control::kernel {

/// How the kernel routes what is wanted now. Takes as long as it takes to list all its routes.
KernelRouting look_at_routing(KernelView& view, const InsideWanted& wanted);

/// What the gateway's prefixes would meet in the kernel as it is now, and who would not be reached all the same;
/// touches nothing, and needs no rights.
std::vector<RouteFinding> examine_routes(NetlinkSocket& socket, const config::schema::Gateway& gateway);

}  // namespace ropewalk::control::kernel
