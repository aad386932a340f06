#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "config/schema/ip_address.hpp"
#include "dataplane/packet/headers.hpp"

namespace ropewalk::tests::lab::wanem {

using config::Family;
using config::schema::IpAddress;
using dataplane::packet::EthernetHeader;
using dataplane::packet::Ipv4Header;
using dataplane::packet::Ipv6Header;
using dataplane::packet::UdpHeader;

/// Where things stand in an Ethernet frame with an IPv4 or IPv6 packet in it.
struct IpFrame {
    static constexpr std::size_t network_at = sizeof(EthernetHeader);

    Family family = Family::ipv4;
    std::uint8_t protocol = 0;
    bool dont_fragment = false;  ///< always for IPv6
    bool is_fragment = false;    ///< other headers may be in another frame
    std::size_t transport_at = 0;
    std::size_t end = 0;  ///< of the packet; padding of a short frame comes behind it

    bool has_udp_header() const {
        return protocol == dataplane::packet::protocol_udp && !is_fragment && end >= transport_at + sizeof(UdpHeader);
    }
    std::size_t source_at() const {
        return network_at + (family == Family::ipv4 ? offsetof(Ipv4Header, source) : offsetof(Ipv6Header, source_high));
    }
    std::size_t address_size() const { return family == Family::ipv4 ? 4 : 16; }
    std::size_t destination_at() const { return source_at() + address_size(); }
};

/// Empty when there is no IP packet in the frame or it is cut short. Of IPv6 extension headers only the fragment header
/// is known; behind others no UDP is found.
std::optional<IpFrame> read_ip_frame(std::span<const std::uint8_t> frame);

/// ARP, and the ICMPv6 messages of neighbour discovery (RFC 4861): what a WAN never sees, and an Ethernet between a
/// gateway and its router never loses.
bool is_neighbour_discovery(std::span<const std::uint8_t> frame);

}  // namespace ropewalk::tests::lab::wanem
