#pragma once

#include "dataplane/channel/config_view.hpp"
#include "dataplane/packet/burst.hpp"
#include "dataplane/packet/headers.hpp"
#include "dataplane/stages/arrived.hpp"
#include "dataplane/stages/read_outer.hpp"
#include "dataplane/worker/context.hpp"

namespace ropewalk::dataplane::stages {

/// The smallest ESP packet we send or accept: header, IV, four bytes of ciphertext, ICV.
inline constexpr std::uint16_t smallest_esp = sizeof(packet::EspHeader) + 4 + packet::icv_bytes;

/// Counts copies on the paths they say they came by, neighbours of one path together. The copy header is outside the
/// seal: an id that is damaged or unknown costs the copy its place in the statistics, never its delivery.
class ArrivedRun {
public:
    explicit ArrivedRun(worker::Context& context) : context_(context) {}
    ~ArrivedRun() { flush(); }

    /// The counter slot of the copy's path, or Arrived::unknown_path_slot.
    std::uint32_t add(const packet::CopyHeader& copy, const channel::TunnelView& tunnel, std::uint16_t outer_bytes) {
        const std::uint8_t index = tunnel.path_by_id[copy.path_id];
        if (index == channel::TunnelView::unknown_path) return Arrived::unknown_path_slot;
        const std::uint32_t slot = tunnel.paths[index].slot;
        if (slot != slot_) {
            flush();
            slot_ = slot;
        }
        ++copies_;
        bytes_ += outer_bytes;
        missing_ += context_.receivers[slot].arrived(packet::read_be24(copy.sequence));
        return slot;
    }

private:
    void flush() {
        if (copies_ == 0) return;
        auto& counters = context_.counters.paths[slot_];
        counters.rx_copies.add(copies_);
        counters.rx_bytes.add(bytes_);
        counters.rx_missing.add(static_cast<std::uint64_t>(missing_));
        copies_ = bytes_ = 0;
        missing_ = 0;
    }

    worker::Context& context_;
    std::uint32_t slot_ = 0;
    std::uint64_t copies_ = 0, bytes_ = 0;
    std::int64_t missing_ = 0;
};

/// Takes frames from one WAN port; hands on copies with their tunnel, path and sequence number, cut to the ESP packet.
/// Drops not_for_us, outer_malformed, handshake_ignored, esp_malformed, unknown_spi.
inline void find_association(packet::Burst& burst, std::uint16_t port, const channel::ConfigView& view,
                             worker::Context& context, Arrived& out) {
    using namespace packet;
    using stats::DropReason;
    const std::span<const channel::EndpointView> endpoints = view.endpoints_by_port[port];
    ArrivedRun arrived(context);
    for (Packet* packet : burst.view()) {
        OuterPayload payload{};
        if (!packet->is_single_segment()) [[unlikely]] {
            context.drop(DropReason::outer_malformed, packet);
            continue;
        }
        if (const auto reason = read_outer(*packet, endpoints, payload)) [[unlikely]] {
            context.drop(*reason, packet);
            continue;
        }
        if (payload.size >= sizeof(Be32) && packet->at<Be32>(payload.offset)->raw() == 0) [[unlikely]] {
            context.drop(DropReason::handshake_ignored, packet);
            continue;
        }
        const bool has_copy_header = payload.endpoint->wire == config::snapshot::WireCode::ropewalk;
        const std::uint16_t copy_size = has_copy_header ? sizeof(CopyHeader) : 0;
        const auto esp_size = static_cast<std::uint16_t>(payload.size - copy_size);
        if (payload.size < copy_size + smallest_esp || esp_size % 4 != 0) [[unlikely]] {
            context.drop(DropReason::esp_malformed, packet);
            continue;
        }
        const auto esp_at = static_cast<std::uint16_t>(payload.offset + copy_size);
        const auto& esp = *packet->at<EspHeader>(esp_at);
        const std::uint32_t index = view.spis.find(esp.spi.host());
        if (index == channel::SpiTable::none) [[unlikely]] {
            context.drop(DropReason::unknown_spi, packet);
            continue;
        }
        const std::uint64_t sequence = esp.iv.host();
        if (static_cast<std::uint32_t>(sequence) != esp.sequence_low.host() || sequence == 0) [[unlikely]] {
            context.drop(DropReason::esp_malformed, packet);
            continue;
        }
        const std::uint16_t i = out.count++;
        out.packets[i] = packet;
        out.sequence[i] = sequence;
        out.tunnel[i] = index;
        out.ecn[i] = payload.ecn;
        out.path[i] = has_copy_header ? arrived.add(*packet->at<CopyHeader>(payload.offset), view.tunnels[index],
                                                    static_cast<std::uint16_t>(packet->size() - sizeof(EthernetHeader)))
                                      : Arrived::unknown_path_slot;
        packet->cut_front(esp_at);
        packet->set_size(esp_size);
    }
    burst.count = 0;
}

}  // namespace ropewalk::dataplane::stages
