#pragma once

#include <cstdint>
#include <vector>

#include "config/codes.hpp"
#include "config/region/view.hpp"

namespace ropewalk::config::region {

/// Bytes that sealing and the outer headers add to an inner packet on a path, padding for alignment excluded.
std::uint16_t overhead_bytes(Family outer, Wire wire);

/// The largest inner packet that fits an outer packet of `mtu` bytes, padding included (RFC 4303 section 2.4).
std::uint16_t inner_mtu_for(std::uint16_t outer_mtu, Family outer, Wire wire);

/// The smallest outer packet that holds an inner one of `inner` bytes.
std::uint16_t outer_mtu_for(std::uint16_t inner, Family outer, Wire wire);

/// The smallest inner MTU that may be ordered while workers use a snapshot, by its tunnels: IPv6's minimum for one that
/// has IPv6 destinations (RFC 8200 section 5), else IPv4's; never more than the snapshot's own.
std::vector<std::uint16_t> least_inner_mtus(const View& snapshot);

}  // namespace ropewalk::config::region
