#pragma once

#include <cstring>
#include <optional>

#include "config/region/drop_reasons.hpp"
#include "dataplane/packet/headers.hpp"
#include "dataplane/packet/packet.hpp"
#include "dataplane/view/config_view.hpp"

namespace ropewalk::dataplane::headers {

/// Where the UDP payload of a frame lies, and for which of our endpoints it is.
struct OuterPayload {
    const view::EndpointView* endpoint;
    std::uint16_t offset;  ///< bytes from the start of the frame
    std::uint16_t size;    ///< bytes
    std::uint16_t shard;   ///< UDP port, counted from the first one of the endpoint
    std::uint8_t ecn;
};

inline const view::EndpointView* find_endpoint(std::span<const view::EndpointView> endpoints, std::uint8_t family,
                                               const std::uint8_t* address, std::uint16_t udp_port) {
    for (const view::EndpointView& endpoint : endpoints) {
        // One comparison for all ports of the endpoint: those below it wrap around.
        const auto shard = static_cast<std::uint16_t>(udp_port - endpoint.udp_port);
        if (shard >= endpoint.shards || endpoint.family != family) continue;
        // Sizes known when compiling: otherwise each comparison is a call.
        const std::uint8_t* ours = endpoint.address.data();
        if (family == 4 ? std::memcmp(ours, address, 4) == 0 : std::memcmp(ours, address, 16) == 0) return &endpoint;
    }
    return nullptr;
}

/// Reads Ethernet, IP and UDP. Lengths are checked against each other and the frame; bytes after the IP packet
/// (Ethernet padding) are ignored. UDP and IP checksums are not checked: the ICV is stronger. `endpoints` are those of
/// the port that the frame came in by; what is for none of them may be for one of `elsewhere`.
inline std::optional<config::region::DropReason> read_outer(const packet::Packet& packet,
                                                            std::span<const view::EndpointView> endpoints,
                                                            std::span<const view::EndpointView> elsewhere,
                                                            OuterPayload& out) {
    using namespace packet;
    using config::region::DropReason;
    if (packet.size() < sizeof(EthernetHeader) + sizeof(Ipv4Header) + sizeof(UdpHeader)) return DropReason::not_for_us;

    const std::uint16_t ether_type = packet.at<EthernetHeader>(0)->ether_type.host();
    constexpr std::uint16_t ip_at = sizeof(EthernetHeader);
    const auto available = static_cast<std::uint16_t>(packet.size() - ip_at);
    std::uint16_t ip_size, total;
    std::uint8_t family;
    const std::uint8_t* destination;
    if (ether_type == ether_type_ipv4) {
        const auto& ip = *packet.at<Ipv4Header>(ip_at);
        ip_size = ip.header_length();
        total = ip.total_length.host();
        if (ip.version() != 4 || ip_size < sizeof(Ipv4Header)) return DropReason::outer_malformed;
        if (ip.protocol != protocol_udp) return DropReason::not_for_us;
        if (ip.is_fragment()) return DropReason::outer_fragment;
        family = 4;
        destination = reinterpret_cast<const std::uint8_t*>(&ip.destination);
        out.ecn = ip.traffic_class & ecn_mask;
    } else if (ether_type == ether_type_ipv6 && packet.size() >= ip_at + sizeof(Ipv6Header) + sizeof(UdpHeader)) {
        const auto& ip = *packet.at<Ipv6Header>(ip_at);
        if (ip.version() != 6) return DropReason::outer_malformed;
        if (ip.next_header == protocol_fragment) return DropReason::outer_fragment;
        if (ip.next_header != protocol_udp) return DropReason::not_for_us;
        ip_size = sizeof(Ipv6Header);
        total = static_cast<std::uint16_t>(ip.payload_length.host() + sizeof(Ipv6Header));
        family = 6;
        destination = reinterpret_cast<const std::uint8_t*>(&ip.destination_high);
        out.ecn = ip.traffic_class() & ecn_mask;
    } else {
        return DropReason::not_for_us;
    }
    if (total > available || total < ip_size + sizeof(UdpHeader)) return DropReason::outer_malformed;

    const auto& udp = *packet.at<UdpHeader>(static_cast<std::uint16_t>(ip_at + ip_size));
    out.endpoint = find_endpoint(endpoints, family, destination, udp.destination_port.host());
    // The far host's router may know our address by another of our ports.
    if (out.endpoint == nullptr)
        out.endpoint = find_endpoint(elsewhere, family, destination, udp.destination_port.host());
    if (out.endpoint == nullptr) return DropReason::not_for_us;
    out.shard = static_cast<std::uint16_t>(udp.destination_port.host() - out.endpoint->udp_port);
    const std::uint16_t udp_length = udp.length.host();
    if (udp_length < sizeof(UdpHeader) || udp_length > total - ip_size) return DropReason::outer_malformed;

    out.offset = static_cast<std::uint16_t>(ip_at + ip_size + sizeof(UdpHeader));
    out.size = static_cast<std::uint16_t>(udp_length - sizeof(UdpHeader));
    return std::nullopt;
}

}  // namespace ropewalk::dataplane::headers
