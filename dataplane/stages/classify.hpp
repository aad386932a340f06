#pragma once

#include "dataplane/burst/classified.hpp"
#include "dataplane/headers/clamp_mss.hpp"
#include "dataplane/headers/inner_header.hpp"
#include "dataplane/headers/too_big.hpp"
#include "dataplane/packet/burst.hpp"
#include "dataplane/packet/headers.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/stages/egress.hpp"
#include "dataplane/view/config_view.hpp"

namespace ropewalk::dataplane::stages {

/// Room that sealing and the outer headers need around an inner packet.
inline constexpr std::uint16_t headroom_needed = tunnel::HeaderTemplate::capacity + sizeof(packet::EspHeader);
inline constexpr std::uint16_t tailroom_needed = 3 + 2 + packet::icv_bytes;

inline std::uint32_t find_tunnel(const packet::Packet& packet, const headers::InnerHeader& inner,
                                 const tunnel::InnerRoutes& routes) {
    if (inner.version == 4) return routes.find_v4(packet.at<packet::Ipv4Header>(0)->destination.host());
    const auto& ip = *packet.at<packet::Ipv6Header>(0);
    return routes.find_v6(ip.destination_high.host(), ip.destination_low.host());
}

/// The inner MTUs that control orders for the tunnels of a burst: each cell is read once for a run of packets of one
/// tunnel.
class OrderedMtu {
public:
    explicit OrderedMtu(const config::region::ControlSection& control) : control_(control) {}

    std::uint16_t of(std::uint32_t index, const view::TunnelView& tunnel) {
        if (index != index_) [[unlikely]] {
            index_ = index;
            bytes_ = control_.tunnel_orders[tunnel.slot].inner_mtu(tunnel.least_inner_mtu, tunnel.inner_mtu);
        }
        return bytes_;
    }

private:
    const config::region::ControlSection& control_;
    std::uint32_t index_ = tunnel::InnerRoutes::none;
    std::uint16_t bytes_ = 0;
};

/// Ends a packet that does not fit the tunnel: counts it, and tells its sender where one may be told and the worker may
/// still tell. Drops inner_too_big, too_big_untold. Not inline, so that the loop over usual packets needs no registers
/// for it.
template <stages::Egress E>
[[gnu::noinline]] void end_too_big(packet::Packet* packet, const headers::InnerHeader& inner,
                                   const view::TunnelView& tunnel, std::uint16_t inner_mtu, Context& context,
                                   E& egress) {
    using config::region::DropReason;
    if (!packet->is_single_segment() || !headers::may_answer_too_big(*packet, inner))
        return context.drop(DropReason::inner_too_big, packet);
    if (!context.icmp_answers.take(context.now_ns)) return context.drop(DropReason::too_big_untold, packet);
    context.count(DropReason::inner_too_big, 1);
    context.counters.tunnels[tunnel.slot].icmp_sent.add(1);
    headers::turn_into_too_big(*packet, inner.version, inner_mtu);
    egress.to_inside(packet);
}

/// Takes inner packets from the inside port; hands on whole packets with tunnel and DSCP byte found, in no class and
/// without paths yet. Drops inner_malformed, no_tunnel, inner_too_big, too_big_untold.
template <stages::Egress E>
void classify(packet::Burst& burst, const view::ConfigView& view, Context& context, E& egress, burst::Classified& out) {
    using config::region::DropReason;
    const tunnel::InnerRoutes& routes = *view.routes;
    OrderedMtu ordered_mtu(context.control);
    for (std::uint16_t i = 0; i < burst.count; ++i) {
        packet::Packet* packet = burst.packets[i];
        burst.prefetch_behind(i);
        headers::InnerHeader inner;
        if (!headers::read_inner_header(*packet, packet->mbuf()->pkt_len, inner)) [[unlikely]] {
            context.drop(DropReason::inner_malformed, packet);
            continue;
        }
        const std::uint32_t index = find_tunnel(*packet, inner, routes);
        if (index == tunnel::InnerRoutes::none) [[unlikely]] {
            context.drop(DropReason::no_tunnel, packet);
            continue;
        }
        const view::TunnelView& tunnel = view.tunnels[index];
        const std::uint16_t inner_mtu = ordered_mtu.of(index, tunnel);
        if (inner.total_size > inner_mtu || !packet->is_single_segment()) [[unlikely]] {
            end_too_big(packet, inner, tunnel, inner_mtu, context, egress);
            continue;
        }
        packet->set_size(inner.total_size);
        if (packet->headroom() < headroom_needed || packet->tailroom() < tailroom_needed) [[unlikely]] {
            context.drop(DropReason::inner_malformed, packet);
            continue;
        }
        if (headers::is_tcp_syn(*packet, inner) && headers::lower_mss(*packet, inner, inner_mtu)) [[unlikely]]
            context.counters.tunnels[tunnel.slot].mss_clamped.add(1);

        out.push({.packet = {.packet = packet,
                             .paths = 0,
                             .matched_class = tunnel::ClassTable::in_none,
                             .traffic_class = inner.traffic_class,
                             .next_header = inner.version == 4 ? packet::protocol_ipv4 : packet::protocol_ipv6},
                  .tunnel = index});
    }
    burst.count = 0;
}

}  // namespace ropewalk::dataplane::stages
