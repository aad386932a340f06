#pragma once

#include <span>
#include <vector>

#include <rte_ethdev.h>

#include "dataplane/packet/burst.hpp"
#include "dataplane/worker/context.hpp"

namespace ropewalk::dataplane::worker {

/// Gathers a turn's packets per port, so that ports are called with bursts. Drops wan_tx_full, inside_tx_full.
class EgressBuffers {
public:
    /// `wan_ports` are ethdev ids in the order of the snapshot's ports.
    EgressBuffers(Context& context, std::span<const std::uint16_t> wan_ports, std::uint16_t inside_port)
        : context_(context), inside_{inside_port, {}} {
        for (const std::uint16_t port : wan_ports) wan_.push_back({port, {}});
    }

    void to_wan(std::uint16_t port, packet::Packet* packet) {
        Buffer& buffer = wan_[port];
        buffer.packets.push(packet);
        if (buffer.packets.count == packet::burst_capacity) flush_wan(port);
    }
    void to_inside(packet::Packet* packet) {
        inside_.packets.push(packet);
        if (inside_.packets.count == packet::burst_capacity) flush_inside();
    }
    void flush() {
        for (std::uint16_t port = 0; port < wan_.size(); ++port)
            if (wan_[port].packets.count != 0) flush_wan(port);
        if (inside_.packets.count != 0) flush_inside();
    }

private:
    struct Buffer {
        std::uint16_t ethdev;
        packet::Burst packets;
    };

    struct Sent {
        std::uint16_t packets;
        std::uint64_t bytes;
    };

    /// Bytes are summed before, because the port frees what it takes.
    static Sent send(Buffer& buffer) {
        std::array<std::uint16_t, packet::burst_capacity> sizes;
        for (std::uint16_t i = 0; i < buffer.packets.count; ++i) sizes[i] = buffer.packets.packets[i]->size();
        const std::uint16_t sent = rte_eth_tx_burst(buffer.ethdev, 0, buffer.packets.mbufs(), buffer.packets.count);
        std::uint64_t bytes = 0;
        for (std::uint16_t i = 0; i < sent; ++i) bytes += sizes[i];
        return {sent, bytes};
    }

    void flush_wan(std::uint16_t port) {
        Buffer& buffer = wan_[port];
        const Sent sent = send(buffer);
        context_.counters.ports[port].tx_packets.add(sent.packets);
        context_.counters.ports[port].tx_bytes.add(sent.bytes);
        for (std::uint16_t i = sent.packets; i < buffer.packets.count; ++i) {
            packet::Packet* packet = buffer.packets.packets[i];
            context_.counters.paths[packet->path_slot()].tx_dropped.add(1);
            context_.drop(stats::DropReason::wan_tx_full, packet);
        }
        buffer.packets.count = 0;
    }

    void flush_inside() {
        const Sent sent = send(inside_);
        context_.counters.inside_tx_packets.add(sent.packets);
        context_.counters.inside_tx_bytes.add(sent.bytes);
        for (std::uint16_t i = sent.packets; i < inside_.packets.count; ++i)
            context_.drop(stats::DropReason::inside_tx_full, inside_.packets.packets[i]);
        inside_.packets.count = 0;
    }

    Context& context_;
    std::vector<Buffer> wan_;
    Buffer inside_;
};

}  // namespace ropewalk::dataplane::worker
