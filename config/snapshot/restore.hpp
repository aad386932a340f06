#pragma once

#include <map>
#include <string>

#include "config/region/view.hpp"
#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"

namespace ropewalk::config::snapshot {

/// A configuration from which build() makes `snapshot` again. What no snapshot tells is as in `like`: addresses and MTU
/// of the inside, and of a tunnel of the same name key file and window. A path's next hop is kept from there if the
/// path leads the same way. Pure.
schema::Gateway restore(const region::View& snapshot, const schema::Gateway& like);

/// By tunnel name.
std::map<std::string, TunnelKeys> keys_in(const region::View& snapshot);

}  // namespace ropewalk::config::snapshot
