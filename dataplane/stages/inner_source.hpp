#pragma once

#include <cstdint>

#include "dataplane/headers/inner_header.hpp"
#include "dataplane/headers/quoted_packet.hpp"
#include "dataplane/packet/headers.hpp"
#include "dataplane/packet/packet.hpp"
#include "dataplane/tunnel/inner_routes.hpp"

namespace ropewalk::dataplane::stages {

/// The peer may only use inner sources whose destination would lead back to it.
inline bool source_belongs(const packet::Packet& packet, std::uint8_t version, const tunnel::InnerRoutes& routes,
                           std::uint32_t tunnel) {
    if (version == 4) return routes.find_v4(packet.at<packet::Ipv4Header>(0)->source.host()) == tunnel;
    const auto& ip = *packet.at<packet::Ipv6Header>(0);
    return routes.find_v6(ip.source_high.host(), ip.source_low.host()) == tunnel;
}

/// Any router behind the peer may send an ICMP error. It is judged by the packet it quotes (RFC 4301 section 6.2): one
/// that the error's receiver sent, who is not on the peer's side, and that this tunnel carries to the peer. The error's
/// own IP header was read before and is whole. Not inline, so that the usual packet needs no registers for it.
[[gnu::noinline, gnu::cold]] inline bool quotes_packet_to_peer(const packet::Packet& packet,
                                                               const tunnel::InnerRoutes& routes,
                                                               std::uint32_t tunnel) {
    using namespace packet;
    headers::InnerHeader inner{};
    headers::read_inner_header(packet, packet.size(), inner);
    const auto at = headers::find_quoted_packet(packet, inner);
    if (!at) return false;
    if (inner.version == 4) {
        const auto& quoted = *packet.at<Ipv4Header>(*at);
        return quoted.source == packet.at<Ipv4Header>(0)->destination &&
               routes.find_v4(quoted.source.host()) != tunnel && routes.find_v4(quoted.destination.host()) == tunnel;
    }
    const auto& error = *packet.at<Ipv6Header>(0);
    const auto& quoted = *packet.at<Ipv6Header>(*at);
    return quoted.source_high == error.destination_high && quoted.source_low == error.destination_low &&
           routes.find_v6(quoted.source_high.host(), quoted.source_low.host()) != tunnel &&
           routes.find_v6(quoted.destination_high.host(), quoted.destination_low.host()) == tunnel;
}

}  // namespace ropewalk::dataplane::stages
