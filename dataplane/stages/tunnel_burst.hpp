#pragma once

#include <array>
#include <cstdint>

#include "dataplane/channel/config_view.hpp"
#include "dataplane/packet/burst.hpp"

namespace ropewalk::dataplane::stages {

/// Packets of one tunnel on their way out, as parallel arrays.
struct TunnelBurst {
    const channel::TunnelView* tunnel = nullptr;
    std::uint16_t count = 0;
    std::array<packet::Packet*, packet::burst_capacity> packets;
    std::array<std::uint32_t, packet::burst_capacity> paths;         ///< bit i: send on the tunnel's i-th path
    std::array<std::uint8_t, packet::burst_capacity> traffic_class;  ///< DSCP and ECN of the inner packet
    std::array<std::uint8_t, packet::burst_capacity> next_header;    ///< what ESP will carry

    void push(packet::Packet* packet, std::uint32_t path_bits, std::uint8_t inner_class, std::uint8_t protocol) {
        packets[count] = packet;
        paths[count] = path_bits;
        traffic_class[count] = inner_class;
        next_header[count++] = protocol;
    }
};

}  // namespace ropewalk::dataplane::stages
