#pragma once

#include <array>
#include <cstdint>

#include "config/snapshot/records.hpp"

namespace ropewalk::dataplane::channel {

/// A local UDP endpoint on which a port expects copies.
struct EndpointView {
    std::array<std::uint8_t, 16> address;
    std::uint16_t udp_port;
    std::uint8_t family;
    config::snapshot::WireCode wire;
};

}  // namespace ropewalk::dataplane::channel
