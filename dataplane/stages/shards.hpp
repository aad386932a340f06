#pragma once

#include <array>
#include <cstdint>

#include "dataplane/burst/tunnel_burst.hpp"
#include "dataplane/headers/outer_headers.hpp"
#include "dataplane/packet/checksum.hpp"
#include "dataplane/packet/headers.hpp"
#include "dataplane/tunnel/window.hpp"
#include "dataplane/view/config_view.hpp"

namespace ropewalk::dataplane::stages {

/// Whether the copies of a tunnel go to one UDP port of the peer on each path, or to one of several.
enum class PeerPorts : std::uint8_t { one, several };

/// By packet of a burst: the peer's UDP port for it, counted from the first one of the path.
using BurstShards = std::array<std::uint16_t, packet::burst_capacity>;

/// Chooses by the block of sequence numbers, which is a cell of the far window, so that the copies of one packet and
/// its neighbours meet at one worker there. Control messages go to the first port: a peer that has fewer hears them
/// too.
inline void choose_shards(const burst::TunnelPart& burst, BurstShards& shards) {
    const std::uint64_t count = burst.orders->tx_shards;
    std::uint64_t block = 0;
    std::uint16_t shard = 0;
    for (std::uint16_t i = 0; i < burst.count; ++i) {
        const std::uint64_t sequence = burst.packets[i]->at<packet::EspHeader>(0)->iv.host();
        // Numbers come in order: no division for 63 of 64 packets.
        if (const std::uint64_t next = tunnel::Window::block_of(sequence); next != block) {
            block = next;
            shard = static_cast<std::uint16_t>(block % count);
        }
        shards[i] = burst.next_header[i] == packet::protocol_none ? std::uint16_t{0} : shard;
    }
}

/// Turns a copy that is addressed to the first port of its path to another one.
template <headers::OuterFamily Family, config::Wire Wire>
void turn_to_shard(packet::Packet& copy, const view::PathView& path, std::uint16_t shard) {
    using namespace packet;
    auto& udp = *copy.at<UdpHeader>(headers::OuterHeaders<Family, Wire>::udp_at);
    const Be16 first = udp.destination_port;
    udp.destination_port = static_cast<std::uint16_t>(first.host() + shard);
    if (!path.computes_udp_checksum) return;
    replace_in_checksum(udp.checksum, first, udp.destination_port);
    if (udp.checksum.raw() == 0) udp.checksum = std::uint16_t{0xffff};
}

}  // namespace ropewalk::dataplane::stages
