#pragma once

#include <cstdint>

#include "config/codes.hpp"

namespace ropewalk::config::region {

/// Bytes that sealing and the outer headers add to an inner packet on a path, padding for alignment excluded.
std::uint16_t overhead_bytes(Family outer, Wire wire);

/// The largest inner packet that fits an outer packet of `mtu` bytes, padding included (RFC 4303 section 2.4).
std::uint16_t inner_mtu_for(std::uint16_t outer_mtu, Family outer, Wire wire);

}  // namespace ropewalk::config::region
