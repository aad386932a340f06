#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include <rte_mbuf.h>

#include "dataplane/burst/tunnel_burst.hpp"
#include "dataplane/headers/outer_headers.hpp"
#include "dataplane/packet/checksum.hpp"
#include "dataplane/packet/copy_lines.hpp"
#include "dataplane/packet/hop_data.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/stages/copy_numbers.hpp"
#include "dataplane/stages/egress.hpp"
#include "dataplane/stages/shards.hpp"

namespace ropewalk::dataplane::stages {

/// Packets for further copies, taken from the pool a burst at a time; as many as it has, when it has not enough.
class CopyMemory {
public:
    CopyMemory(rte_mempool* pool, std::uint16_t packets) {
        if (packets == 0) return;
        if (rte_pktmbuf_alloc_bulk(pool, packets_.mbufs(), packets) == 0) [[likely]] {
            packets_.count = packets;
            return;
        }
        while (packets_.count < packets) {
            rte_mbuf* mbuf = rte_pktmbuf_alloc(pool);
            if (mbuf == nullptr) return;
            packets_.push(packet::Packet::from(mbuf));
        }
    }
    /// Null when there are no more.
    packet::Packet* take() { return taken_ < packets_.count ? packets_.packets[taken_++] : nullptr; }

private:
    packet::Burst packets_;
    std::uint16_t taken_ = 0;
};

/// A single-segment duplicate of a sealed packet in `copy`, which may be null. Some ports send the first segment only,
/// so a copy is a copy and not a reference.
inline packet::Packet* copy_of(packet::Packet& original, packet::Packet* copy) {
    if (copy == nullptr) [[unlikely]]
        return nullptr;
    copy->mbuf()->data_off = original.mbuf()->data_off;
    packet::copy_lines(copy->data(), original.data(), original.size());
    copy->set_size(original.size());
    return copy;
}

/// What is known of the copies for a path when compiling.
struct CopyKind {
    headers::OuterFamily family;
    config::Wire wire;
    PeerPorts ports;
    bool operator==(const CopyKind&) const = default;
};

/// All there are, the usual one first; several ports are for the wire formats that may have shards.
inline constexpr auto copy_kinds = [] {
    using enum headers::OuterFamily;
    using enum config::Wire;
    return std::to_array<CopyKind>({{ipv4, ropewalk, PeerPorts::one},
                                    {ipv4, ropewalk, PeerPorts::several},
                                    {ipv6, ropewalk, PeerPorts::one},
                                    {ipv6, ropewalk, PeerPorts::several},
                                    {ipv4, esp, PeerPorts::one},
                                    {ipv6, esp, PeerPorts::one}});
}();

/// Whether with_kind() finds all copies of a wire format.
constexpr bool has_all_kinds_of(const config::Word<config::Wire>& word) {
    for (const auto family : {headers::OuterFamily::ipv4, headers::OuterFamily::ipv6})
        for (const auto ports : {PeerPorts::one, PeerPorts::several})
            if (ports == PeerPorts::one || config::traits_of(word.value).may_have_shards)
                if (!std::ranges::count(copy_kinds, CopyKind{family, word.value, ports})) return false;
    return true;
}
static_assert(std::ranges::all_of(config::words<config::Wire>, has_all_kinds_of),
              "a copy of a kind that is missing would neither be sent nor counted nor freed");

/// Calls `use` with the kind as a template argument.
template <class Use>
void with_kind(const CopyKind& kind, Use use) {
    const auto try_each = [&]<std::size_t... Index>(std::index_sequence<Index...>) {
        (void)((kind == copy_kinds[Index] && (use.template operator()<copy_kinds[Index]>(), true)) || ...);
    };
    try_each(std::make_index_sequence<copy_kinds.size()>());
}

/// By packet of the burst: what copy headers say beside numbers and time.
using CopyFlags = std::array<std::uint8_t, packet::burst_capacity>;

inline std::uint8_t copy_flags_for(std::uint32_t paths) {
    using namespace packet;
    return std::has_single_bit(paths) ? copy_flags_present : copy_flags_present | copy_flags_accompanied;
}

/// One path's share of the burst: every packet that still has the path's bit is sent on it; the last path of a packet
/// takes the original, the others take copies.
template <CopyKind Kind, Egress E>
void send_on_path(burst::TunnelPart& burst, unsigned path_index,
                  const std::array<std::uint16_t, packet::burst_capacity>& sums, const CopyFlags& flags,
                  const BurstShards& shards, Context& context, E& egress) {
    const view::PathView& path = burst.tunnel->paths[path_index];
    const std::uint32_t path_bit = 1U << path_index;
    std::uint16_t wanted = 0, originals = 0;
    for (std::uint16_t i = 0; i < burst.count; ++i) {
        wanted += (burst.paths[i] & path_bit) != 0;
        originals += burst.paths[i] == path_bit;
    }
    CopyMemory memory(context.pool, static_cast<std::uint16_t>(wanted - originals));
    CopyNumbers<Kind.ports> numbers(context.senders[path.slot], burst, path_bit, shards);
    const headers::FrameStart frame_start(path, burst.orders->next_hops[path_index]);
    const std::uint32_t tx_time = context.tx_time();
    std::uint64_t copies = 0, bytes = 0;
    for (std::uint16_t i = 0; i < burst.count; ++i) {
        if ((burst.paths[i] & path_bit) == 0) continue;
        const std::uint32_t number = numbers.next(i);
        packet::Packet* copy =
            burst.paths[i] == path_bit ? burst.packets[i] : copy_of(*burst.packets[i], memory.take());
        burst.paths[i] &= ~path_bit;
        if (copy == nullptr) [[unlikely]] {
            context.count(config::region::DropReason::no_memory, 1);
            continue;
        }
        headers::write_outer_headers<Kind.family, Kind.wire>(*copy, path, frame_start, burst.traffic_class[i], number,
                                                             tx_time, flags[i], sums[i]);
        if constexpr (Kind.ports == PeerPorts::several) turn_to_shard<Kind.family, Kind.wire>(*copy, path, shards[i]);
        copy->carry(packet::OutgoingCopy{path.slot, path.port, packet::Refusal::full});
        ++copies;
        bytes += copy->size() - sizeof(packet::EthernetHeader);
        egress.to_wan(path.port, copy);
    }
    auto& counters = context.counters.paths[path.slot];
    counters.tx_copies.add(copies);
    counters.tx_bytes.add(bytes);
}

/// Takes sealed packets of one tunnel; hands each to every path it is for, byte-identical from SPI to ICV.
/// Drops no_memory (a copy, not the packet).
template <Egress E>
void fan_out(burst::TunnelPart& burst, Context& context, E& egress) {
    const view::TunnelView& tunnel = *burst.tunnel;
    std::uint32_t used = 0;
    CopyFlags flags;
    for (std::uint16_t i = 0; i < burst.count; ++i) {
        used |= burst.paths[i];
        flags[i] = copy_flags_for(burst.paths[i]);
    }

    std::array<std::uint16_t, packet::burst_capacity> sums{};
    if (tunnel.computes_udp_checksums)
        for (std::uint16_t i = 0; i < burst.count; ++i)
            sums[i] = packet::sum_of_many(burst.packets[i]->data(), burst.packets[i]->size());

    const PeerPorts ports = burst.orders->tx_shards > 1 ? PeerPorts::several : PeerPorts::one;
    BurstShards shards{};
    if (ports == PeerPorts::several) choose_shards(burst, shards);

    for (; used != 0; used &= used - 1) {
        const auto index = static_cast<unsigned>(std::countr_zero(used));
        const auto family = tunnel.paths[index].family == 4 ? headers::OuterFamily::ipv4 : headers::OuterFamily::ipv6;
        with_kind({family, tunnel.wire, ports},
                  [&]<CopyKind Kind>() { send_on_path<Kind>(burst, index, sums, flags, shards, context, egress); });
    }
    burst.count = 0;
}

}  // namespace ropewalk::dataplane::stages
