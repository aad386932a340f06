#pragma once

#include <algorithm>
#include <cstdint>

#include <rte_mbuf.h>

#include "dataplane/packet/burst.hpp"
#include "dataplane/packet/copy_lines.hpp"
#include "dataplane/packet/packet_ring.hpp"

namespace ropewalk::perf::workers {

/// Lets the core's own caches forget what they hold of the packet's first lines and payload: it lies in the cache that
/// cores share then, where NICs write to (DDIO). Processors without the instruction do nothing.
inline void push_to_shared_cache(const dataplane::packet::Packet& packet) {
    constexpr std::size_t line = dataplane::packet::cache_line_bytes;
    const std::uint8_t* const end = packet.data() + packet.size();
    for (const std::uint8_t* at = packet.data() - reinterpret_cast<std::uintptr_t>(packet.data()) % line; at < end;
         at += line)
        asm volatile("cldemote %0" : : "m"(*at));
}

/// What NICs do between a worker that sends and one that receives: frames come into buffers of the receiver's, and the
/// sender keeps its own. The sender's thread does the work; it is not to be counted.
class Wire {
public:
    Wire() = default;
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;
    ~Wire() {
        at_hand_.free();
        for (auto* ring : {&empty_, &full_}) {
            dataplane::packet::Burst rest;
            for (ring->pop(rest); rest.count != 0; ring->pop(rest)) rest.free();
        }
    }

    /// By the receiver: buffers for what comes, as a driver fills its descriptors.
    void lend(rte_mempool* pool) {
        dataplane::packet::Burst fresh;
        fresh.count = static_cast<std::uint16_t>(std::min<unsigned>(depth - lent_, dataplane::packet::burst_capacity));
        if (fresh.count == 0 || rte_pktmbuf_alloc_bulk(pool, fresh.mbufs(), fresh.count) != 0) return;
        lent_ += empty_.push(fresh.packets.data(), fresh.count);
    }

    /// By the sender: carries the first frames of the burst, as many as there are buffers for; returns how many.
    std::uint16_t carry(const dataplane::packet::Burst& frames) {
        std::uint16_t carried = 0;
        for (; carried < frames.count; ++carried) {
            if (at_hand_.count == 0) empty_.pop(at_hand_);
            if (at_hand_.count == 0) break;
            dataplane::packet::Packet& to = *at_hand_.packets[--at_hand_.count];
            const dataplane::packet::Packet& from = *frames.packets[carried];
            to.mbuf()->data_off = from.headroom();
            to.set_size(from.size());
            dataplane::packet::copy_lines(to.data(), from.data(), from.size());
            push_to_shared_cache(to);
            auto* arrived = &to;
            full_.push(&arrived, 1);
        }
        return carried;
    }

    /// By the receiver: fills an empty burst. Their mbufs are in its cache, for a driver has just written them.
    void receive(dataplane::packet::Burst& burst) {
        full_.pop(burst);
        lent_ -= burst.count;
        for (dataplane::packet::Packet* packet : burst.view()) packet->set_size(packet->size());
    }

private:
    static constexpr unsigned depth = 128;

    dataplane::packet::PacketRing empty_, full_;
    unsigned lent_ = 0;                 ///< the receiver's count
    dataplane::packet::Burst at_hand_;  ///< the sender's
};

}  // namespace ropewalk::perf::workers
