#pragma once

#include <cstdint>
#include <map>

#include "config/region/path_orders.hpp"
#include "config/region/view.hpp"
#include "control/reload/configuration.hpp"

namespace ropewalk::control::reload {

/// What a dataplane runs that an earlier control has left: the configuration that makes `snapshot`, with the orders by
/// path slot that stand beside it; what neither tells is as in `loaded`. Pure.
Configuration standing_configuration(const config::region::View& snapshot,
                                     const std::map<std::uint32_t, config::region::PathOrder>& orders,
                                     const Configuration& loaded);

}  // namespace ropewalk::control::reload
