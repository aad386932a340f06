#pragma once

#include <string>
#include <vector>

#include "config/schema/gateway.hpp"
#include "control/kernel/netlink_socket.hpp"

namespace ropewalk::control::kernel {

/// A sentence for each interface that is narrower now than the YAML says of a path on it. Touches nothing, and needs no
/// rights.
std::vector<std::string> examine_mtus(NetlinkSocket& socket, const config::schema::Gateway& gateway);

}  // namespace ropewalk::control::kernel
