#pragma once

#include "config/region/layout.hpp"
#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"

namespace ropewalk::config::snapshot {

/// Orders as they are while nothing is known of a path but its next hop: each path that has one may be used, and each
/// peer is sent to on as many ports as it announced. `resolved` must hold the slots of the configuration.
void write_orders(const schema::Gateway& gateway, const Resolved& resolved, region::ControlSection& control);

}  // namespace ropewalk::config::snapshot
