#pragma once

#include <array>

#include "config/region/limits.hpp"
#include "dataplane/burst/arrived.hpp"
#include "dataplane/packet/headers.hpp"
#include "dataplane/packet/hop_data.hpp"
#include "dataplane/packet/packet_ring.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/stages/shares.hpp"
#include "dataplane/tunnel/window.hpp"
#include "dataplane/view/config_view.hpp"

namespace ropewalk::dataplane::stages {

/// Takes copies of a port that this worker polls for others too; keeps its share and hands the rest over, still sealed.
/// Shares go by blocks of sequence numbers, so that the copies of one packet meet at one worker and no two workers want
/// the same cell of a window. Drops worker_busy.
inline void deal(burst::Arrived& copies, const Shares& shares, Context& context) {
    const auto& rings = shares.rings;
    if (rings.empty()) return;
    std::array<packet::Burst, config::region::max_workers> others;
    std::uint64_t block = 0;
    std::size_t share = 0;
    std::uint16_t kept = 0;
    for (std::uint16_t i = 0; i < copies.count; ++i) {
        // In order, 63 of 64 packets follow one of their own block: no division for those.
        if (const std::uint64_t next = tunnel::Window::block_of(copies.sequence[i]); next != block) {
            block = next;
            share = shares.by_block[block % shares.by_block.size()];
        }
        if (rings[share] == nullptr) {
            copies.move(i, kept++);
            continue;
        }
        copies.packets[i]->carry(packet::DealtCopy{copies.path[i], copies.marks[i]});
        others[share].push(copies.packets[i]);
    }
    copies.count = kept;
    for (std::size_t to = 0; to < rings.size(); ++to) {
        if (others[to].count == 0) continue;
        const std::uint16_t taken = rings[to]->push(others[to].packets.data(), others[to].count);
        for (std::uint16_t i = taken; i < others[to].count; ++i)
            context.drop(config::region::DropReason::worker_busy, others[to].packets[i]);
    }
}

/// Takes copies that another worker dealt to this one; finds their tunnel again, because the other may have used an
/// earlier or later configuration. Drops unknown_spi.
inline void take_dealt(packet::Burst& burst, const view::ConfigView& view, Context& context, burst::Arrived& out) {
    for (packet::Packet* packet : burst.view()) {
        const auto& esp = *packet->at<packet::EspHeader>(0);
        const std::uint32_t index = view.spis.find(esp.spi.host());
        if (index == view::SpiTable::none) [[unlikely]] {
            context.drop(config::region::DropReason::unknown_spi, packet);
            continue;
        }
        const auto dealt = packet->carried<packet::DealtCopy>();
        out.push({packet, esp.iv.host(), index, dealt.path_slot, static_cast<std::uint8_t>(dealt.marks)});
    }
    burst.count = 0;
}

}  // namespace ropewalk::dataplane::stages
