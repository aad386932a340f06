#pragma once

#include <cstdint>

namespace ropewalk::dataplane::tunnel {

/// What of an inner packet decides its class.
struct ClassFields {
    std::uint16_t size;  ///< bytes
    std::uint16_t source_port, destination_port;
    std::uint8_t traffic_class;  ///< DSCP and ECN
    std::uint8_t protocol;
    std::uint8_t family;      ///< 4 or 6
    std::uint8_t show_ports;  ///< 1 when the packet shows TCP or UDP ports, else 0 and the ports mean nothing
    const std::uint8_t *source, *destination;  ///< addresses in network byte order
};

}  // namespace ropewalk::dataplane::tunnel
