#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "dataplane/packet/packet.hpp"

namespace ropewalk::dataplane::packet {

/// Most packets that one turn takes from one queue.
inline constexpr std::uint16_t burst_capacity = 64;

/// How many packets ahead the headers are prefetched (docs/decisions/008-far-packets.md).
inline constexpr std::uint16_t prefetch_distance = 8;

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
    /// Asks for the headers of the packet `distance` places behind the `index`-th: a NIC leaves frames in a cache far
    /// away.
    void prefetch_behind(std::uint16_t index, std::uint16_t distance = prefetch_distance) const {
        if (index + distance >= count) return;
        const std::uint8_t* data = packets[index + distance]->data();
        __builtin_prefetch(data);
        __builtin_prefetch(data + 64);
    }
    rte_mbuf** mbufs() { return reinterpret_cast<rte_mbuf**>(packets.data()); }
};

}  // namespace ropewalk::dataplane::packet
