#pragma once

#include <array>

#include "dataplane/burst/tunnel_burst.hpp"
#include "dataplane/crypto/nonce.hpp"
#include "dataplane/packet/headers.hpp"
#include "dataplane/stages/context.hpp"

namespace ropewalk::dataplane::stages {

/// ESP pads so that padding, pad length and next header end on a 4-byte boundary (RFC 4303 section 2.4).
constexpr std::uint16_t padding_for(std::uint16_t inner_bytes) {
    return static_cast<std::uint16_t>(-(inner_bytes + 2) & 3);
}

/// Most bytes that seal() appends.
inline constexpr std::uint16_t most_trailer_bytes = 3 + 2 + packet::icv_bytes;

/// Appends padding, pad length and next header, and makes room for the ICV; the packet then ends where the ICV ends.
inline void append_trailer(packet::Packet& packet, std::uint8_t next_header) {
    const std::uint16_t inner = packet.size();
    const std::uint16_t padding = padding_for(inner);
    std::uint8_t* at = packet.at<std::uint8_t>(inner);
    for (std::uint8_t i = 1; i <= padding; ++i) *at++ = i;
    *at++ = static_cast<std::uint8_t>(padding);
    *at = next_header;
    packet.set_size(static_cast<std::uint16_t>(inner + padding + 2 + packet::icv_bytes));
}

/// Takes one tunnel's packets; hands on sealed ESP packets, numbered in order. One reservation and one pass of nonces
/// for the whole burst. Drops sequence_held.
inline void seal(burst::TunnelPart& burst, Context& context) {
    using namespace packet;
    const view::TunnelView& tunnel = *burst.tunnel;
    const auto first = tunnel.state->sequence.reserve(burst.count);
    if (!first) [[unlikely]] {
        for (std::uint16_t i = 0; i < burst.count; ++i)
            context.drop(config::region::DropReason::sequence_held, burst.packets[i]);
        burst.count = 0;
        return;
    }

    std::array<crypto::NonceAndAad, burst_capacity> nonces;
    std::uint64_t inner_bytes = 0;
    for (std::uint16_t i = 0; i < burst.count; ++i) {
        crypto::build_nonce(nonces[i], tunnel.tx_salt, tunnel.tx_spi, *first + i);
        inner_bytes += burst.packets[i]->size();
        append_trailer(*burst.packets[i], burst.next_header[i]);
        const std::uint64_t sequence = *first + i;
        auto& esp = *reinterpret_cast<EspHeader*>(burst.packets[i]->grow_front(sizeof(EspHeader)));
        esp = {Be32(tunnel.tx_spi), Be32(static_cast<std::uint32_t>(sequence)), Be64(sequence)};
    }
    const crypto::AesGcm& key = *tunnel.tx_key;
    for (std::uint16_t i = 0; i < burst.count; ++i) {
        Packet& packet = *burst.packets[i];
        key.seal(packet.at<std::uint8_t>(sizeof(EspHeader)), packet.size() - sizeof(EspHeader) - icv_bytes, nonces[i]);
    }
    auto& counters = context.counters.tunnels[tunnel.slot];
    counters.sealed_packets.add(burst.count);
    counters.sealed_bytes.add(inner_bytes);
}

}  // namespace ropewalk::dataplane::stages
