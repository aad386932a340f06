#pragma once

#include <array>
#include <cstdint>

#include "dataplane/packet/burst.hpp"

namespace ropewalk::dataplane::burst {

/// Copies that arrived from the WAN, as parallel arrays; each packet begins at its ESP header and ends with the ICV.
struct Arrived {
    struct Row {
        packet::Packet* packet;
        std::uint64_t sequence;
        std::uint32_t tunnel;
        std::uint32_t path;
        std::uint8_t marks;
    };

    std::uint16_t count = 0;
    std::array<packet::Packet*, packet::burst_capacity> packets;
    std::array<std::uint64_t, packet::burst_capacity> sequence;
    std::array<std::uint32_t, packet::burst_capacity> tunnel;  ///< index into the view's tunnels
    std::array<std::uint32_t, packet::burst_capacity> path;    ///< counter slot, or unknown_path_slot
    /// The ECN field of the outer header; and packet::copy_flags_accompanied, where the path is known.
    std::array<std::uint8_t, packet::burst_capacity> marks;

    void push(const Row& row) { put(count++, row); }
    /// Keeps row `from` as the `kept`-th.
    void move(std::uint16_t from, std::uint16_t kept) { put(kept, row(from)); }
    Row row(std::uint16_t i) const { return {packets[i], sequence[i], tunnel[i], path[i], marks[i]}; }

private:
    void put(std::uint16_t i, const Row& row) {
        packets[i] = row.packet;
        sequence[i] = row.sequence;
        tunnel[i] = row.tunnel;
        path[i] = row.path;
        marks[i] = row.marks;
    }
};

}  // namespace ropewalk::dataplane::burst
