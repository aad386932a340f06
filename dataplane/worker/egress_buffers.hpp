#pragma once

#include <array>
#include <span>
#include <vector>

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
    /// `wan_slots` are the counter slots of the WAN ports, in the order of the snapshot's ports.
    EgressBuffers(stages::Context& context, Ports& ports, std::span<const std::uint32_t> wan_slots,
                  const WorkerHops& hops)
        : context_(context), ports_(ports) {
        for (std::size_t port = 0; port < wan_slots.size(); ++port)
            wan_.push_back({wan_slots[port], hops.ports[port].sender, {}});
    }

    void to_wan(std::uint16_t port, packet::Packet* packet) {
        Buffer& buffer = wan_[port];
        buffer.packets.push(packet);
        if (buffer.packets.count == packet::burst_capacity) flush_wan(port);
    }
    void to_inside(packet::Packet* packet) { inside_[inside_count_++] = packet; }
    /// Whether another whole burst can be given to to_inside().
    bool inside_has_room() const { return inside_count_ <= inside_capacity - packet::burst_capacity; }

    void flush_wan() {
        for (std::uint16_t port = 0; port < wan_.size(); ++port)
            if (wan_[port].packets.count != 0) flush_wan(port);
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

    struct Buffer {
        std::uint32_t slot;
        packet::PacketRing* sender;  ///< the worker that sends for this one; null: this one
        packet::Burst packets;
    };

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

    /// Sends or hands over a buffer's packets; returns how many are gone.
    std::uint16_t leave(Buffer& buffer, std::uint16_t port) {
        packet::Burst& packets = buffer.packets;
        if (buffer.sender != nullptr) return buffer.sender->push(packets.packets.data(), packets.count);
        const Sent sent = send(packets.packets.data(), packets.count, [&](rte_mbuf** mbufs, std::uint16_t count) {
            return ports_.send_wan(port, mbufs, count);
        });
        context_.counters.ports[buffer.slot].tx_packets.add(sent.packets);
        context_.counters.ports[buffer.slot].tx_bytes.add(sent.bytes);
        return sent.packets;
    }

    /// Why the port did not take a copy: by what it said itself, or what the main lcore saw of its link last.
    config::region::DropReason why_refused(const Buffer& buffer, packet::Refusal refusal) const {
        using config::region::DropReason, config::region::LinkCode;
        if (refusal == packet::Refusal::too_big) return DropReason::wan_tx_too_big;
        const auto link = static_cast<LinkCode>(context_.links[buffer.slot].code.load(std::memory_order_relaxed));
        const bool is_ours = buffer.sender == nullptr;
        return is_ours && link == LinkCode::down ? DropReason::wan_port_down : DropReason::wan_tx_full;
    }

    void flush_wan(std::uint16_t port) {
        Buffer& buffer = wan_[port];
        for (std::uint16_t i = leave(buffer, port); i < buffer.packets.count; ++i) {
            packet::Packet* packet = buffer.packets.packets[i];
            const auto copy = packet->carried<packet::OutgoingCopy>();
            context_.counters.paths[copy.path_slot].tx_dropped.add(1);
            context_.drop(why_refused(buffer, copy.refusal), packet);
        }
        buffer.packets.count = 0;
    }

    stages::Context& context_;
    Ports& ports_;
    std::vector<Buffer> wan_;
    std::array<packet::Packet*, inside_capacity> inside_;
    std::uint16_t inside_count_ = 0;
};

}  // namespace ropewalk::dataplane::worker
