#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "dataplane/packet/packet.hpp"

namespace ropewalk::dataplane::packet {

/// Most packets that one turn takes from one queue.
inline constexpr std::uint16_t burst_capacity = 64;

/// The packets of one turn. Stages shrink it: what they drop is freed and what stays moves up, order kept.
struct Burst {
    std::array<Packet*, burst_capacity> packets;
    std::uint16_t count = 0;

    void push(Packet* packet) { packets[count++] = packet; }
    std::span<Packet* const> view() const { return {packets.data(), count}; }
    /// Gives all packets back to their pools at once.
    void free() {
        if (count != 0) rte_pktmbuf_free_bulk(mbufs(), count);
        count = 0;
    }
    rte_mbuf** mbufs() { return reinterpret_cast<rte_mbuf**>(packets.data()); }
};

}  // namespace ropewalk::dataplane::packet
