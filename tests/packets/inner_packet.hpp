#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/packets/bytes.hpp"

namespace ropewalk::tests::packets {

/// What stands in an IP header; the family is that of the addresses' text.
struct IpFields {
    std::string source = "192.0.2.1";
    std::string destination = "192.0.2.2";
    std::uint8_t protocol = 17;
    std::uint8_t traffic_class = 0;         ///< DSCP 6 bits, ECN 2 bits
    std::uint16_t flags_fragment = 0x4000;  ///< IPv4 only: DF
};

/// The same addresses under IPv6.
IpFields v6_fields();

/// An address as it lies in a packet: 4 or 16 bytes.
Bytes address_bytes(const std::string& text);

/// IP header with right lengths and checksum, then `payload` as it is.
Bytes ip_packet(const IpFields& fields, const Bytes& payload);

/// UDP datagram without checksum.
Bytes udp_datagram(std::uint16_t source_port, std::uint16_t destination_port, const Bytes& payload);

/// An inner packet of exactly `size` bytes, 20 at least (40 for IPv6): UDP where a header fits, different for each
/// seed.
Bytes packet_of_size(const IpFields& fields, std::size_t size, std::uint64_t seed);

/// An extension header of IPv6 without anything in it: options that pad, no segments left, a whole packet.
struct ExtensionHeader {
    std::uint8_t protocol;       ///< by which the header before announces it
    std::size_t size = 8;        ///< bytes, a multiple of 8
    std::uint16_t fragment = 0;  ///< offset and flags where it is a fragment header
};

inline constexpr std::uint8_t hop_by_hop = 0, routing = 43, fragment_header = 44, destination_options = 60;

/// The same IPv6 packet with extension headers behind its first header.
Bytes with_extension_headers(const Bytes& packet, const std::vector<ExtensionHeader>& headers);

/// An ICMP or ICMPv6 error of code 0, its checksums right, that quotes these bytes.
Bytes icmp_error(IpFields fields, std::uint8_t type, const Bytes& quoted);

/// A TCP segment with these options, padded to whole words by NOPs in front, its checksum right.
Bytes tcp_packet(IpFields fields, std::uint8_t flags, Bytes options);

}  // namespace ropewalk::tests::packets
