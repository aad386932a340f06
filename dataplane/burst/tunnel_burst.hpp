#pragma once

#include <array>
#include <cstdint>

#include "dataplane/packet/burst.hpp"
#include "dataplane/view/config_view.hpp"

namespace ropewalk::dataplane::burst {

/// Consecutive packets of a TunnelBurst, which keeps the arrays.
struct TunnelPart {
    const view::TunnelView* tunnel;
    std::uint16_t count;
    packet::Packet** packets;
    std::uint32_t* paths;
    const std::uint8_t* traffic_class;
    const std::uint8_t* next_header;
};

/// Packets of one tunnel on their way out, as parallel arrays.
struct TunnelBurst {
    const view::TunnelView* tunnel = nullptr;
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

    /// The packets from `begin` on, of which those for several paths hold at most `bytes` together; at least one.
    TunnelPart part(std::uint16_t begin, std::uint32_t bytes) {
        const auto copied_bytes = [this](std::uint16_t i) {
            return (paths[i] & (paths[i] - 1)) != 0 ? packets[i]->size() : 0U;
        };
        std::uint32_t sum = copied_bytes(begin);
        std::uint16_t end = begin + 1;
        while (end < count && (sum += copied_bytes(end)) <= bytes) ++end;
        return {tunnel,
                static_cast<std::uint16_t>(end - begin),
                &packets[begin],
                &paths[begin],
                &traffic_class[begin],
                &next_header[begin]};
    }
};

}  // namespace ropewalk::dataplane::burst
