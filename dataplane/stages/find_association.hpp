#pragma once

#include <algorithm>
#include <optional>

#include "dataplane/burst/arrived.hpp"
#include "dataplane/headers/found_copy.hpp"
#include "dataplane/headers/known_frame.hpp"
#include "dataplane/headers/read_outer.hpp"
#include "dataplane/packet/burst.hpp"
#include "dataplane/packet/headers.hpp"
#include "dataplane/packet/hop_data.hpp"
#include "dataplane/stages/arrived_run.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/view/config_view.hpp"

namespace ropewalk::dataplane::stages {

/// Counter slot of the path that a copy says it came by. The copy header is outside the seal: an id that is damaged or
/// unknown costs the copy its place in the statistics, never its delivery.
inline std::uint32_t path_slot_of(const packet::CopyHeader& copy, const view::TunnelView& tunnel) {
    const std::uint8_t index = tunnel.path_by_id[copy.path_id];
    return index == view::TunnelView::unknown_path ? packet::unknown_path_slot : tunnel.paths[index].slot;
}

/// The wire format with the copy header, told by one comparison a frame; with a second one this does not compile.
inline constexpr config::Wire with_copy_header = config::Wire::ropewalk;
static_assert((packet::copy_flags_accompanied & packet::ecn_mask) == 0, "both are marks of a copy");
static_assert(std::ranges::all_of(config::words<config::Wire>, [](const auto& word) {
    return config::traits_of(word.value).has_copy_header == (word.value == with_copy_header);
}));

/// Reads a frame from the start; the reason why it is dropped, if it is.
inline std::optional<config::region::DropReason> look_up(const packet::Packet& packet,
                                                         std::span<const view::EndpointView> endpoints,
                                                         const view::ConfigView& view, headers::FoundCopy& out) {
    using namespace packet;
    using config::region::DropReason;
    headers::OuterPayload payload{};
    if (!packet.is_single_segment()) return DropReason::outer_malformed;
    if (const auto reason = headers::read_outer(packet, endpoints, view.endpoints, payload)) return reason;
    if (payload.size >= sizeof(Be32) && packet.at<Be32>(payload.offset)->raw() == 0)
        return DropReason::handshake_ignored;

    const bool has_copy_header = payload.endpoint->wire == with_copy_header;
    const std::uint16_t copy_size = has_copy_header ? sizeof(CopyHeader) : 0;
    out.esp_at = static_cast<std::uint16_t>(payload.offset + copy_size);
    out.esp_size = static_cast<std::uint16_t>(payload.size - copy_size);
    if (payload.size < copy_size + headers::smallest_esp || out.esp_size % 4 != 0) return DropReason::esp_malformed;
    out.tunnel = view.spis.find(packet.at<EspHeader>(out.esp_at)->spi.host());
    if (out.tunnel == view::SpiTable::none) return DropReason::unknown_spi;
    out.ecn = payload.ecn;
    out.shard = payload.shard;
    out.path_slot = has_copy_header ? path_slot_of(*packet.at<CopyHeader>(payload.offset), view.tunnels[out.tunnel])
                                    : packet::unknown_path_slot;
    return std::nullopt;
}

/// Takes frames from one WAN port; hands on copies with their tunnel, path and sequence number, cut to the ESP packet.
/// Drops not_for_us, outer_malformed, outer_fragment, handshake_ignored, esp_malformed, unknown_spi.
inline void find_association(packet::Burst& burst, std::uint16_t port, const view::ConfigView& view, Context& context,
                             burst::Arrived& out) {
    using namespace packet;
    const std::span<const view::EndpointView> endpoints = view.endpoints_by_port[port];
    ArrivedRun arrived(context);
    headers::KnownFrame known;
    for (std::uint16_t i = 0; i < burst.count; ++i) {
        Packet* packet = burst.packets[i];
        burst.prefetch_behind(i);
        headers::FoundCopy found{};
        if (!known.is_again(*packet, found)) {
            if (const auto reason = look_up(*packet, endpoints, view, found)) [[unlikely]] {
                context.drop(*reason, packet);
                continue;
            }
            known.learn(*packet, found);
        }
        const auto& esp = *packet->at<EspHeader>(found.esp_at);
        const std::uint64_t sequence = esp.iv.host();
        if (static_cast<std::uint32_t>(sequence) != esp.sequence_low.host() || sequence == 0) [[unlikely]] {
            context.drop(config::region::DropReason::esp_malformed, packet);
            continue;
        }
        std::uint8_t marks = found.ecn;
        if (found.path_slot != packet::unknown_path_slot) {
            const auto& copy = *packet->at<CopyHeader>(found.esp_at - sizeof(CopyHeader));
            marks |= copy.flags & copy_flags_accompanied;
            arrived.add(found.path_slot, found.shard, copy,
                        static_cast<std::uint16_t>(packet->size() - sizeof(EthernetHeader)));
        }
        out.push({packet, sequence, found.tunnel, found.path_slot, marks});
        packet->cut_front(found.esp_at);
        packet->set_size(found.esp_size);
    }
    burst.count = 0;
}

}  // namespace ropewalk::dataplane::stages
