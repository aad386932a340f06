#pragma once

#include <cstdint>
#include <span>

#include "tests/packets/bytes.hpp"

/// The checksum of RFC 1071 once more, word by word as its section 4.1 has it, so that the program's own is not
/// measured with itself.
namespace ropewalk::tests::packets {

/// What belongs into the checksum field, when `bytes` hold zero there.
std::uint16_t internet_checksum(std::span<const std::uint8_t> bytes);

/// Addresses, length and protocol of an IPv4 packet without options or an IPv6 packet, as UDP, TCP and ICMPv6 sum them
/// (RFC 9293 section 3.1, RFC 8200 section 8.1), followed by the transport header and payload.
Bytes with_pseudo_header(std::span<const std::uint8_t> ip_packet);

/// True when the IPv4 header sums up, or the packet is IPv6.
bool ip_checksum_is_right(std::span<const std::uint8_t> ip_packet);

/// True when the UDP, TCP, ICMP or ICMPv6 checksum sums up.
bool transport_checksum_is_right(std::span<const std::uint8_t> ip_packet);

}  // namespace ropewalk::tests::packets
