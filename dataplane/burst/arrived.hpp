#pragma once

#include <array>
#include <cstdint>

#include "dataplane/headers/found_copy.hpp"
#include "dataplane/packet/burst.hpp"

namespace ropewalk::dataplane::burst {

/// Copies that arrived from the WAN, as parallel arrays; each packet begins at its ESP header and ends with the ICV.
struct Arrived {
    std::uint16_t count = 0;
    std::array<packet::Packet*, packet::burst_capacity> packets;
    std::array<std::uint64_t, packet::burst_capacity> sequence;
    std::array<std::uint32_t, packet::burst_capacity> tunnel;  ///< index into the view's tunnels
    std::array<std::uint32_t, packet::burst_capacity> path;    ///< counter slot, or unknown_path_slot
    std::array<std::uint8_t, packet::burst_capacity> ecn;      ///< of the outer header

    static constexpr std::uint32_t unknown_path_slot = packet::Packet::unknown_path_slot;

    void push(packet::Packet* packet, std::uint64_t number, const headers::FoundCopy& found) {
        packets[count] = packet;
        sequence[count] = number;
        tunnel[count] = found.tunnel;
        path[count] = found.path_slot;
        ecn[count++] = found.ecn;
    }

    /// Keeps entry `from` as the `kept`-th.
    void move(std::uint16_t from, std::uint16_t kept) {
        packets[kept] = packets[from];
        sequence[kept] = sequence[from];
        tunnel[kept] = tunnel[from];
        path[kept] = path[from];
        ecn[kept] = ecn[from];
    }
};

}  // namespace ropewalk::dataplane::burst
