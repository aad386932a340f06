#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

#include <rte_ring.h>

#include "dataplane/packet/burst.hpp"

namespace ropewalk::dataplane::packet {

/// A lock-free ring of packets from one worker to one other (rte_ring, single producer and single consumer). Owns the
/// memory; who puts a packet in gives it away.
class PacketRing {
public:
    PacketRing() : ring_(make()) {}

    /// Takes the first packets of `packets`; returns how many.
    std::uint16_t push(packet::Packet* const* packets, std::uint16_t count) {
        return static_cast<std::uint16_t>(
            rte_ring_sp_enqueue_burst(ring_.get(), reinterpret_cast<void* const*>(packets), count, nullptr));
    }

    /// Fills an empty burst with what there is.
    void pop(packet::Burst& burst) {
        burst.count = static_cast<std::uint16_t>(rte_ring_sc_dequeue_burst(
            ring_.get(), reinterpret_cast<void**>(burst.packets.data()), packet::burst_capacity, nullptr));
    }

private:
    /// Sixteen bursts, less the one place that stays free.
    static constexpr unsigned places = 1024;

    struct Free {
        void operator()(rte_ring* ring) const { std::free(ring); }
    };

    static rte_ring* make() {
        const auto bytes = static_cast<std::size_t>(rte_ring_get_memsize(places));
        void* memory = std::aligned_alloc(RTE_CACHE_LINE_SIZE, bytes);
        if (memory == nullptr) throw std::bad_alloc();
        auto* ring = static_cast<rte_ring*>(memory);
        rte_ring_init(ring, "workers", places, RING_F_SP_ENQ | RING_F_SC_DEQ);
        return ring;
    }

    std::unique_ptr<rte_ring, Free> ring_;
};

}  // namespace ropewalk::dataplane::packet
