#pragma once

#include <algorithm>
#include <cstring>

#include "config/region/spsc_ring.hpp"
#include "dataplane/burst/tunnel_burst.hpp"
#include "dataplane/packet/hop_data.hpp"
#include "dataplane/pipeline/depart.hpp"
#include "dataplane/pipeline/probe.hpp"
#include "dataplane/stages/choose_paths.hpp"
#include "dataplane/view/config_view.hpp"

namespace ropewalk::dataplane::pipeline {

/// Most of control's messages taken in one turn, so that they never crowd out traffic.
inline constexpr std::uint32_t injected_per_turn = 8;

/// The path bits a message asks for, of those that something can be sent on. One for all paths costs no reserved one
/// anything.
inline std::uint32_t paths_for(const config::region::Message& message, const view::TunnelView& tunnel,
                               const tunnel::LivePaths& live) {
    if (message.head.path_slot == packet::unknown_path_slot) return live.unreserved(live.reachable);
    for (std::size_t i = 0; i < tunnel.paths.size(); ++i)
        if (tunnel.paths[i].slot == message.head.path_slot) return 1U << i & live.reachable;
    return 0;
}

/// Most bytes of plain text that a message may have on these paths: what fits the outer packets that their
/// configuration allows, and the buffer with what sealing appends.
inline std::uint32_t most_plain_bytes(std::uint32_t paths, const view::TunnelView& tunnel,
                                      const packet::Packet& packet) {
    std::uint32_t most = packet.tailroom() - std::uint32_t{stages::most_trailer_bytes};
    for (std::size_t i = 0; i < tunnel.paths.size(); ++i)
        if ((paths >> i & 1U) != 0) most = std::min<std::uint32_t>(most, tunnel.paths[i].inner_mtu);
    return most;
}

/// Puts the text into an empty packet, and zeros behind it as far as it is to be padded. False when it is padded beyond
/// what the paths carry.
inline bool write_message(packet::Packet& packet, const config::region::Message& message, std::uint32_t paths,
                          const view::TunnelView& tunnel) {
    std::memcpy(packet.data(), message.bytes.data(), message.size);
    std::uint32_t size = message.size;
    if (message.head.padded_bytes > size) {
        if (message.head.padded_bytes > most_plain_bytes(paths, tunnel, packet)) return false;
        size = message.head.padded_bytes;
        std::memset(packet.data() + message.size, 0, size - message.size);
    }
    packet.set_size(static_cast<std::uint16_t>(size));
    return true;
}

/// Seals control's messages like packets, next header 59, and sends them on the path they name. One whose tunnel or
/// path is gone or not to be used, or that is padded beyond what the path carries, is left out silently: control will
/// ask again. Returns messages sent.
template <stages::Egress E, Probe P = NoProbe>
std::uint32_t send_injected(config::region::RingConsumerHalf& ours, const config::region::RingProducerHalf& control,
                            const view::ConfigView& view, stages::Context& context, E& egress, P probe = {}) {
    config::region::Message message;
    std::uint32_t sent = 0;
    for (std::uint32_t i = 0; i < injected_per_turn && config::region::ring_pop(ours, control, message); ++i) {
        if (message.head.tunnel_slot >= view.tunnel_by_slot.size() || message.size == 0) continue;
        const std::uint32_t index = view.tunnel_by_slot[message.head.tunnel_slot];
        if (index == config::region::no_tunnel_index) continue;
        burst::TunnelBurst burst;
        burst.tunnel = &view.tunnels[index];
        stages::load_orders(*burst.tunnel, context, burst.orders);
        const std::uint32_t paths = paths_for(message, *burst.tunnel, burst.orders.paths);
        rte_mbuf* mbuf = paths == 0 ? nullptr : rte_pktmbuf_alloc(context.pool);
        if (mbuf == nullptr) continue;

        packet::Packet* packet = packet::Packet::from(mbuf);
        if (!write_message(*packet, message, paths, *burst.tunnel)) {
            packet->free();
            continue;
        }
        burst.push({.packet = packet,
                    .paths = paths,
                    .matched_class = tunnel::ClassTable::in_none,
                    .traffic_class = 0,
                    .next_header = packet::protocol_none});
        context.counters.tunnels[burst.tunnel->slot].injected_packets.add(1);
        if (message.head.padded_bytes != 0 && message.head.path_slot < context.counters.paths.size())
            context.counters.paths[message.head.path_slot].tx_mtu_probes.add(1);
        depart(burst, context, egress, probe);
        ++sent;
    }
    return sent;
}

}  // namespace ropewalk::dataplane::pipeline
