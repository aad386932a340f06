#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ropewalk::tests::lab::wanem {

/// What a router sends back when a packet does not fit a line: ICMP "fragmentation needed" (RFC 1191) or ICMPv6 "packet
/// too big" (RFC 4443 section 3.2), as a frame for the interface the packet came from. It carries the address the
/// packet was sent to as its source, since the line has none of its own. Empty when no router would answer: no IP, an
/// IPv4 packet that may be fragmented, an ICMP error, a group address.
std::vector<std::uint8_t> too_big_answer(std::span<const std::uint8_t> frame, std::uint32_t mtu);

}  // namespace ropewalk::tests::lab::wanem
