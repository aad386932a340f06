#pragma once

#include <cstdint>
#include <map>

#include "config/region/path_orders.hpp"
#include "config/region/view.hpp"
#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"

namespace ropewalk::control::paths {

/// Next hops, by path slot, that an earlier control ordered, for the paths that still have the same port and addresses
/// as in its snapshot. With them a restart of control changes nothing for the packets under way.
std::map<std::uint32_t, config::schema::MacAddress> previous_next_hops(
    const config::region::View& previous, const std::map<std::uint32_t, config::region::PathOrder>& orders,
    const config::schema::Gateway& gateway);

}  // namespace ropewalk::control::paths
