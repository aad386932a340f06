#pragma once

#include <array>
#include <compare>
#include <cstdint>

namespace ropewalk::dataplane::eal {

/// A wish to a device: datagrams for one of our UDP ports into one receive queue.
struct SteeringRule {
    std::uint8_t family;                   ///< 4 or 6
    std::array<std::uint8_t, 16> address;  ///< network byte order; IPv4 in the first four bytes
    std::uint16_t udp_port;
    std::uint16_t queue;
    auto operator<=>(const SteeringRule&) const = default;
};

}  // namespace ropewalk::dataplane::eal
