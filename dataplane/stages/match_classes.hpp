#pragma once

#include <cstdint>

#include "dataplane/burst/tunnel_burst.hpp"
#include "dataplane/headers/extension_headers.hpp"
#include "dataplane/headers/inner_header.hpp"
#include "dataplane/packet/headers.hpp"
#include "dataplane/packet/packet.hpp"
#include "dataplane/tunnel/class_table.hpp"
#include "dataplane/view/tunnel_view.hpp"

namespace ropewalk::dataplane::stages {

inline tunnel::ClassFields read_class_fields(const packet::Packet& packet, const headers::InnerHeader& inner) {
    using namespace packet;
    const bool has_ports = inner.protocol == protocol_tcp || inner.protocol == protocol_udp;
    const bool shows_ports = has_ports && inner.has_upper_layer && inner.total_size >= inner.header_size + 4;
    // Where the packet shows no ports this reads other bytes of it, which nobody looks at.
    const auto& ports = *packet.at<UdpHeader>(shows_ports ? inner.header_size : std::uint16_t{0});
    const std::uint16_t source_at = inner.version == 4 ? 12 : 8, address_bytes = inner.version == 4 ? 4 : 16;
    return {.size = inner.total_size,
            .source_port = ports.source_port.host(),
            .destination_port = ports.destination_port.host(),
            .traffic_class = inner.traffic_class,
            .protocol = inner.protocol,
            .family = inner.version,
            .show_ports = shows_ports,
            .source = packet.at<std::uint8_t>(source_at),
            .destination = packet.at<std::uint8_t>(static_cast<std::uint16_t>(source_at + address_bytes))};
}

static_assert(packet::burst_capacity <= tunnel::ClassColumns::capacity);

/// Not inline, so that the loop over usual packets needs no registers for it.
[[gnu::noinline]] inline void place_unusual(const packet::Packet& packet, const tunnel::ClassGroup& group,
                                            tunnel::ClassColumns& columns, std::uint16_t index) {
    headers::InnerHeader inner{};
    headers::read_inner_header(packet, packet.size(), inner);
    group.place(columns, index, read_class_fields(packet, inner));
}

/// Places packets that classify let through among the candidates of the classes.
inline void place_packets(const burst::TunnelBurst& burst, const tunnel::ClassGroup& group,
                          tunnel::ClassColumns& columns) {
    using namespace packet;
    constexpr std::uint8_t version_4_without_options = 0x45;
    constexpr Be16 fragment_offset(0x1fff);
    const bool ipv6_may_be_plain = !group.asks_for_ipv6_addresses();
    for (std::uint16_t i = 0; i < burst.count; ++i) {
        const Packet& packet = *burst.packets[i];
        const std::uint16_t size = packet.size();
        const auto& v4 = *packet.at<Ipv4Header>(0);
        if (v4.version_ihl == version_4_without_options && (v4.flags_fragment.raw() & fragment_offset.raw()) == 0 &&
            size >= sizeof(Ipv4Header) + sizeof(Be32)) [[likely]] {
            group.place_plain_ipv4(columns, i, burst.traffic_class[i], v4.protocol, size,
                                   packet.at<Be32>(sizeof(Ipv4Header))->host(),
                                   reinterpret_cast<const std::uint8_t*>(&v4.source));
        } else if (v4.version() == 6 && size >= sizeof(Ipv6Header) + sizeof(Be32) && ipv6_may_be_plain &&
                   !headers::is_extension_header(packet.at<Ipv6Header>(0)->next_header)) {
            group.place_plain_ipv6(columns, i, burst.traffic_class[i], packet.at<Ipv6Header>(0)->next_header, size,
                                   packet.at<Be32>(sizeof(Ipv6Header))->host());
        } else {
            place_unusual(packet, group, columns, i);
        }
    }
}

/// Takes one tunnel's packets, in no class; gives each that some class holds the first of those.
inline void match_classes(burst::TunnelBurst& burst) {
    for (const tunnel::ClassGroup& group : burst.tunnel->classes.groups_from_the_last()) {
        tunnel::ClassColumns columns;
        place_packets(burst, group, columns);
        group.choose(columns, burst.count, burst.matched_class.data());
    }
}

}  // namespace ropewalk::dataplane::stages
