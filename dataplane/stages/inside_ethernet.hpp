#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <rte_mbuf.h>

#include "dataplane/headers/inside_ethernet.hpp"
#include "dataplane/packet/burst.hpp"
#include "dataplane/packet/headers.hpp"
#include "dataplane/stages/context.hpp"

namespace ropewalk::dataplane::stages {

/// Why a frame from the users is none of ours; nothing when it is one. Broadcasts and what a switch floods are for
/// others: the far side must not see them.
inline std::optional<config::region::DropReason> refuse_frame(const packet::Packet& frame,
                                                              const headers::InsideEthernet& inside) {
    if (frame.size() < sizeof(packet::EthernetHeader)) return config::region::DropReason::inside_not_ip;
    const auto& ethernet = *frame.at<packet::EthernetHeader>(0);
    if (ethernet.destination != inside.ipv4.source) return config::region::DropReason::inside_not_for_us;
    const std::uint16_t type = ethernet.ether_type.host();
    if (type != packet::ether_type_ipv4 && type != packet::ether_type_ipv6)
        return config::region::DropReason::inside_not_ip;
    return std::nullopt;
}

/// Takes frames from the inside port; leaves IP packets, with 14 bytes more headroom. Drops inside_not_for_us,
/// inside_not_ip.
inline void cut_ethernet(packet::Burst& burst, const headers::InsideEthernet& inside, Context& context) {
    std::uint16_t kept = 0;
    for (std::uint16_t i = 0; i < burst.count; ++i) {
        packet::Packet* frame = burst.packets[i];
        burst.prefetch_behind(i);
        if (const auto reason = refuse_frame(*frame, inside)) [[unlikely]] {
            context.drop(*reason, frame);
            continue;
        }
        // Also where the frame has several segments, which classify refuses.
        rte_pktmbuf_adj(frame->mbuf(), sizeof(packet::EthernetHeader));
        burst.packets[kept++] = frame;
    }
    burst.count = kept;
}

/// Takes IP packets for the users, which have the headroom of what was opened; leaves frames, in their order, and
/// returns how many. Drops inside_tx_too_big.
inline std::uint16_t put_ethernet(std::span<packet::Packet*> packets, const headers::InsideEthernet& inside,
                                  Context& context) {
    std::uint16_t kept = 0;
    for (packet::Packet* packet : packets) {
        if (packet->size() > inside.mtu) [[unlikely]] {
            context.drop(config::region::DropReason::inside_tx_too_big, packet);
            continue;
        }
        const bool ipv4 = packet->at<packet::Ipv4Header>(0)->version() == 4;
        packet->grow_front(sizeof(packet::EthernetHeader));
        *packet->at<packet::EthernetHeader>(0) = ipv4 ? inside.ipv4 : inside.ipv6;
        packets[kept++] = packet;
    }
    return kept;
}

}  // namespace ropewalk::dataplane::stages
