#pragma once

#include <array>
#include <cstdint>

#include "config/region/limits.hpp"

namespace ropewalk::dataplane::channel {

/// Ethernet addresses of running ports, by slot; zero where none is known.
using PortAddresses = std::array<std::array<std::uint8_t, 6>, config::region::max_ports>;

}  // namespace ropewalk::dataplane::channel
