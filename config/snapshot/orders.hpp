#pragma once

#include <vector>

#include "config/region/layout.hpp"
#include "config/region/view.hpp"
#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"

namespace ropewalk::config::snapshot {

/// The orders that stand in the cells for a snapshot's paths and tunnels, as workers follow them.
struct StandingOrders {
    std::vector<region::PathOrder> paths;      ///< by path of the snapshot
    std::vector<region::PathHealth> health;    ///< the same: why they are as they are
    std::vector<region::TunnelOrder> tunnels;  ///< by tunnel of the snapshot
};

StandingOrders standing_orders(const region::View& view, const region::ControlSection& control);

/// Orders as they are while the YAML is all that is known: each path with a next hop in it may be used, and each peer
/// is sent to on its first port. `resolved` must hold the slots of the configuration.
void write_orders(const schema::Gateway& gateway, const Resolved& resolved, region::ControlSection& control);

}  // namespace ropewalk::config::snapshot
