#pragma once

#include <algorithm>
#include <optional>
#include <span>

#include "config/region/control_messages.hpp"
#include "dataplane/burst/arrived.hpp"
#include "dataplane/headers/inner_header.hpp"
#include "dataplane/packet/headers.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/stages/egress.hpp"
#include "dataplane/stages/inner_source.hpp"
#include "dataplane/stages/take_path_probe.hpp"
#include "dataplane/view/config_view.hpp"

namespace ropewalk::dataplane::stages {

/// Takes padding, pad length and next header off an opened packet (RFC 4303 section 2.4); returns the next header,
/// nothing when the padding is longer than the packet or does not count 1, 2, 3 ...
inline std::optional<std::uint8_t> remove_trailer(packet::Packet& packet) {
    const std::uint16_t size = packet.size();
    const std::uint8_t next_header = *packet.at<std::uint8_t>(static_cast<std::uint16_t>(size - 1));
    const std::uint8_t padding = *packet.at<std::uint8_t>(static_cast<std::uint16_t>(size - 2));
    if (padding + 2 > size) return std::nullopt;
    const auto inner = static_cast<std::uint16_t>(size - 2 - padding);
    for (std::uint16_t i = 0; i < padding; ++i)
        if (*packet.at<std::uint8_t>(static_cast<std::uint16_t>(inner + i)) != static_cast<std::uint8_t>(i + 1))
            return std::nullopt;
    packet.set_size(inner);
    return next_header;
}

/// Hands a control message of the peer's control to ours: as much of one that is padded as the ring takes, for the rest
/// is zeros. Drops dummy, punt_full.
inline void punt(packet::Packet* packet, const view::TunnelView& tunnel, std::uint32_t path, std::uint64_t sequence,
                 Context& context) {
    using config::region::DropReason;
    if (packet->size() == 0) return context.drop(DropReason::dummy, packet);
    const std::span<const std::uint8_t> bytes(
        packet->data(), std::min<std::size_t>(packet->size(), config::region::message_capacity_bytes));
    const std::uint32_t key_tag = config::region::TunnelOrder::tag_of(tunnel.rx_key_id);
    if (!config::region::ring_push(context.punt, context.punted,
                                   {tunnel.slot, path, context.now_ns, sequence, {}, key_tag, packet->size()}, bytes))
        return context.drop(DropReason::punt_full, packet);
    context.counters.tunnels[tunnel.slot].punted_packets.add(1);
    packet->free();
}

static_assert(std::ranges::count(config::region::message_takers, config::region::MessageTaker::worker) == 1,
              "a message that a worker takes has its line in take_message()");

/// Takes a control message of the peer's, for this worker or for our control. Drops probe_refused, dummy, punt_full.
inline void take_message(packet::Packet* packet, const view::TunnelView& tunnel, std::uint32_t path,
                         std::uint64_t sequence, Context& context) {
    const auto type = config::region::type_of(std::span<const std::uint8_t>(packet->data(), packet->size()));
    if (type == config::region::MessageType::path_probe) return take_path_probe(packet, tunnel, path, context);
    punt(packet, tunnel, path, sequence, context);
}

/// Counts what is delivered, neighbours of one tunnel together.
class DeliveredRun {
public:
    explicit DeliveredRun(Context& context) : context_(context) {}
    ~DeliveredRun() { flush(); }

    void add(std::uint32_t tunnel_slot, std::uint16_t bytes) {
        if (tunnel_slot != slot_) {
            flush();
            slot_ = tunnel_slot;
        }
        ++packets_;
        bytes_ += bytes;
    }

private:
    void flush() {
        if (packets_ == 0) return;
        auto& counters = context_.counters.tunnels[slot_];
        counters.delivered_packets.add(packets_);
        counters.delivered_bytes.add(bytes_);
        packets_ = bytes_ = 0;
    }

    Context& context_;
    std::uint32_t slot_ = 0;
    std::uint64_t packets_ = 0, bytes_ = 0;
};

/// Takes opened packets; hands inner packets to the inside and control messages to control, but for probes, which end
/// here. Drops trailer_malformed, inner_source, dummy, punt_full, probe_refused.
template <stages::Egress E>
void deliver(burst::Arrived& opened, const view::ConfigView& view, Context& context, E& egress) {
    using namespace packet;
    using config::region::DropReason;
    DeliveredRun delivered(context);
    const tunnel::InnerRoutes& routes = *view.routes;
    for (std::uint16_t i = 0; i < opened.count; ++i) {
        Packet* packet = opened.packets[i];
        const view::TunnelView& tunnel = view.tunnels[opened.tunnel[i]];
        const auto next_header = remove_trailer(*packet);
        if (next_header == protocol_none) [[unlikely]] {
            take_message(packet, tunnel, opened.path[i], opened.sequence[i], context);
            continue;
        }
        headers::InnerHeader inner;
        if (!next_header || !headers::read_inner_header(*packet, packet->size(), inner) ||
            *next_header != (inner.version == 4 ? protocol_ipv4 : protocol_ipv6)) [[unlikely]] {
            context.drop(DropReason::trailer_malformed, packet);
            continue;
        }
        packet->set_size(inner.total_size);
        if (!source_belongs(*packet, inner.version, routes, opened.tunnel[i]) &&
            !quotes_packet_to_peer(*packet, routes, opened.tunnel[i])) [[unlikely]] {
            context.drop(DropReason::inner_source, packet);
            continue;
        }
        delivered.add(tunnel.slot, packet->size());
        egress.to_inside(packet);
    }
    opened.count = 0;
}

}  // namespace ropewalk::dataplane::stages
