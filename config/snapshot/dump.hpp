#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "config/region/view.hpp"
#include "config/snapshot/orders.hpp"

namespace ropewalk::config::snapshot {

/// The snapshot, and the orders that stand beside it, for people and machines. Keys and salts are never part of it,
/// only their ids.
nlohmann::ordered_json dump_json(const region::View& view, const StandingOrders& orders);

/// The same as indented `key: value` lines.
std::string dump_text(const region::View& view, const StandingOrders& orders);

}  // namespace ropewalk::config::snapshot
