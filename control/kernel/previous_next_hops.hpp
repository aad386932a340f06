#pragma once

#include <map>
#include <string>

#include "config/region/view.hpp"
#include "config/schema/gateway.hpp"

namespace ropewalk::control::kernel {

/// Next hops, by path key, that stand in the snapshot of an earlier control, for the paths that still have the same
/// port and addresses. With them a restart of control changes nothing for the packets under way.
std::map<std::string, config::schema::MacAddress> previous_next_hops(const config::region::View& previous,
                                                                     const config::schema::Gateway& gateway);

}  // namespace ropewalk::control::kernel
