#include "dataplane/stages/match_class.hpp"

#include "dataplane/packet/headers.hpp"

namespace ropewalk::dataplane::stages {

using namespace packet;
using config::snapshot::ClassRecord;

namespace {

/// Compares the first `bits` bits of an address with a prefix.
bool in_prefix(const std::uint8_t* address, const std::uint8_t* prefix, unsigned bits) {
    const unsigned whole = bits / 8;
    if (std::memcmp(address, prefix, whole) != 0) return false;
    const unsigned rest = bits % 8;
    return rest == 0 || (address[whole] ^ prefix[whole]) >> (8 - rest) == 0;
}

struct Ports {
    bool present = false;
    std::uint16_t source = 0, destination = 0;
};

Ports read_ports(const Packet& packet, const InnerHeader& inner) {
    const bool has_ports = inner.protocol == protocol_tcp || inner.protocol == protocol_udp;
    if (!has_ports || !inner.first_fragment || inner.total_size < inner.header_size + 4) return {};
    const auto& header = *packet.at<UdpHeader>(inner.header_size);
    return {true, header.source_port.host(), header.destination_port.host()};
}

bool matches_addresses(const ClassRecord& wanted, const Packet& packet, const InnerHeader& inner) {
    const std::uint16_t source = inner.version == 4 ? 12 : 8;
    const std::uint16_t size = inner.version == 4 ? 4 : 16;
    if (wanted.source_family != 0 &&
        (wanted.source_family != inner.version ||
         !in_prefix(packet.at<std::uint8_t>(source), wanted.source.data(), wanted.source_length)))
        return false;
    return wanted.destination_family == 0 ||
           (wanted.destination_family == inner.version &&
            in_prefix(packet.at<std::uint8_t>(static_cast<std::uint16_t>(source + size)), wanted.destination.data(),
                      wanted.destination_length));
}

bool matches(const ClassRecord& wanted, const Packet& packet, const InnerHeader& inner, const Ports& ports) {
    if ((wanted.dscp_mask >> (inner.traffic_class >> 2) & 1) == 0) return false;
    if (inner.total_size > wanted.max_size) return false;
    if (wanted.match_protocol != 0 && wanted.protocol != inner.protocol) return false;
    if (wanted.match_ports != 0 &&
        (!ports.present || ports.source < wanted.source_port_first || ports.source > wanted.source_port_last ||
         ports.destination < wanted.destination_port_first || ports.destination > wanted.destination_port_last))
        return false;
    return matches_addresses(wanted, packet, inner);
}

}  // namespace

std::uint32_t match_class(const Packet& packet, const InnerHeader& inner, const channel::TunnelView& tunnel) {
    const Ports ports = read_ports(packet, inner);
    for (std::size_t i = 0; i < tunnel.classes.size(); ++i)
        if (matches(tunnel.classes[i], packet, inner, ports)) return tunnel.class_paths[i];
    return tunnel.all_paths;
}

}  // namespace ropewalk::dataplane::stages
