#pragma once

#include <cstdint>

#include "dataplane/channel/config_view.hpp"
#include "dataplane/packet/headers.hpp"
#include "dataplane/packet/packet.hpp"
#include "dataplane/stages/inner_header.hpp"

namespace ropewalk::dataplane::stages {

inline tunnel::ClassFields read_class_fields(const packet::Packet& packet, const InnerHeader& inner) {
    using namespace packet;
    const bool has_ports = inner.protocol == protocol_tcp || inner.protocol == protocol_udp;
    const bool shows_ports = has_ports && inner.first_fragment && inner.total_size >= inner.header_size + 4;
    // Elsewhere within the buffer where there are none; not looked at then.
    const auto& ports = *packet.at<UdpHeader>(shows_ports ? inner.header_size : std::uint16_t{0});
    const std::uint16_t source_at = inner.version == 4 ? 12 : 8, address_bytes = inner.version == 4 ? 4 : 16;
    return {.size = inner.total_size,
            .source_port = ports.source_port.host(),
            .destination_port = ports.destination_port.host(),
            .dscp = static_cast<std::uint8_t>(inner.traffic_class >> 2),
            .protocol = inner.protocol,
            .family = inner.version,
            .show_ports = shows_ports,
            .source = packet.at<std::uint8_t>(source_at),
            .destination = packet.at<std::uint8_t>(static_cast<std::uint16_t>(source_at + address_bytes))};
}

/// The paths of the first class that matches; all usable paths when none does. Called only for tunnels with classes.
inline std::uint32_t match_class(const packet::Packet& packet, const InnerHeader& inner,
                                 const channel::TunnelView& tunnel) {
    return tunnel.classes.paths_of(read_class_fields(packet, inner), tunnel.all_paths);
}

}  // namespace ropewalk::dataplane::stages
