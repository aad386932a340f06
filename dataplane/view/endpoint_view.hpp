#pragma once

#include <array>
#include <cstdint>

#include "config/region/records.hpp"

namespace ropewalk::dataplane::view {

/// A local UDP endpoint on which a port expects copies: `shards` ports from `udp_port` on.
struct EndpointView {
    std::array<std::uint8_t, 16> address;
    std::uint16_t udp_port;
    std::uint8_t family;
    config::Wire wire;
    std::uint16_t shards = 1;
};

}  // namespace ropewalk::dataplane::view
