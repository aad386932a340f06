#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>

#include "config/region/limits.hpp"
#include "dataplane/packet/burst.hpp"
#include "dataplane/packet/hop_data.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/worker/worker_hops.hpp"
#include "dataplane/worker/worker_ports.hpp"

namespace ropewalk::dataplane::worker {

/// Gathers a turn's packets per port, so that ports are called with bursts. Copies may leave in the middle of a turn;
/// what is for the inside leaves only when it is told to, because the window must be published before. Drops
/// wan_port_down, wan_tx_full, wan_tx_too_big, inside_tx_full.
template <WorkerPorts Ports>
class EgressBuffers {
public:
    EgressBuffers(stages::Context& context, Ports& ports, const WorkerHops& hops)
        : context_(context), ports_(ports), hops_(hops) {}

    /// `port` is its slot; that of a port which is no longer in the view may still be used.
    void to_wan(std::uint16_t port, packet::Packet* packet) {
        packet::Burst& burst = wan_[port];
        if (burst.count == 0) waiting_ |= 1U << port;
        burst.push(packet);
        if (burst.count == packet::burst_capacity) flush_wan(port);
    }
    void to_inside(packet::Packet* packet) { inside_[inside_count_++] = packet; }
    /// Whether another whole burst can be given to to_inside().
    bool inside_has_room() const { return inside_count_ <= inside_capacity - packet::burst_capacity; }

    void flush_wan() {
        while (waiting_ != 0) flush_wan(static_cast<std::uint16_t>(std::countr_zero(waiting_)));
    }
    std::span<packet::Packet*> waiting_inside() { return {inside_.data(), inside_count_}; }
    /// The first so many of them stay; the others were given away.
    void keep_inside(std::uint16_t count) { inside_count_ = count; }
    void flush_inside() {
        if (inside_count_ == 0) return;
        const Sent sent = send(inside_.data(), inside_count_,
                               [&](rte_mbuf** mbufs, std::uint16_t count) { return ports_.send_inside(mbufs, count); });
        context_.counters.inside_tx_packets.add(sent.packets);
        context_.counters.inside_tx_bytes.add(sent.bytes);
        for (std::uint16_t i = sent.packets; i < inside_count_; ++i)
            context_.drop(config::region::DropReason::inside_tx_full, inside_[i]);
        inside_count_ = 0;
    }

private:
    static constexpr std::uint16_t inside_capacity = 2 * packet::burst_capacity;

    struct Sent {
        std::uint16_t packets;
        std::uint64_t bytes;
    };

    /// `transmit` takes the burst and says how much; bytes are noted before, because the port frees what it takes and
    /// leaves what it does not behind that.
    template <class Transmit>
    static Sent send(packet::Packet** packets, std::uint16_t count, Transmit transmit) {
        std::uint64_t bytes = 0;
        for (std::uint16_t i = 0; i < count; ++i) bytes += packets[i]->size();
        const std::uint16_t sent = transmit(reinterpret_cast<rte_mbuf**>(packets), count);
        for (std::uint16_t i = sent; i < count; ++i) bytes -= packets[i]->size();
        return {sent, bytes};
    }

    /// Sends or hands over what waits for a port; returns how many are gone.
    std::uint16_t leave(std::uint16_t port) {
        packet::Burst& packets = wan_[port];
        if (packet::PacketRing* const sender = hops_.ports[port].sender)
            return sender->push(packets.packets.data(), packets.count);
        const Sent sent = send(packets.packets.data(), packets.count, [&](rte_mbuf** mbufs, std::uint16_t count) {
            return ports_.send_wan(port, mbufs, count);
        });
        context_.counters.ports[port].tx_packets.add(sent.packets);
        context_.counters.ports[port].tx_bytes.add(sent.bytes);
        return sent.packets;
    }

    /// Why the port did not take a copy: by what it said itself, or what the main lcore saw of its link last.
    config::region::DropReason why_refused(std::uint16_t port, packet::Refusal refusal) const {
        using config::region::DropReason, config::region::LinkCode;
        if (refusal == packet::Refusal::too_big) return DropReason::wan_tx_too_big;
        const auto link = static_cast<LinkCode>(context_.links[port].code.load(std::memory_order_relaxed));
        const bool is_ours = hops_.ports[port].sender == nullptr;
        return is_ours && link == LinkCode::down ? DropReason::wan_port_down : DropReason::wan_tx_full;
    }

    void flush_wan(std::uint16_t port) {
        packet::Burst& burst = wan_[port];
        for (std::uint16_t i = leave(port); i < burst.count; ++i) {
            packet::Packet* packet = burst.packets[i];
            context_.drop_outgoing(why_refused(port, packet->carried<packet::OutgoingCopy>().refusal), packet);
        }
        burst.count = 0;
        waiting_ &= ~(1U << port);
    }

    stages::Context& context_;
    Ports& ports_;
    const WorkerHops& hops_;
    std::array<packet::Burst, config::region::max_ports> wan_;  ///< by slot
    std::uint32_t waiting_ = 0;                                 ///< bit n: copies wait for the port of slot n
    std::array<packet::Packet*, inside_capacity> inside_;
    std::uint16_t inside_count_ = 0;
};

}  // namespace ropewalk::dataplane::worker
