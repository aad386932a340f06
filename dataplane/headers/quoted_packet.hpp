#pragma once

#include <cstdint>
#include <optional>

#include "dataplane/headers/inner_header.hpp"
#include "dataplane/packet/packet.hpp"

namespace ropewalk::dataplane::headers {

/// Where the packet begins that an ICMP error tells its sender of: unreachable, time exceeded, parameter problem, and
/// packet too big of ICMPv6. The quoted IP header is whole and of the error's own family; what stands behind it may be
/// cut off. Nothing for all other packets: redirects and source quench, too, which no host should take from afar (RFC
/// 1122 section 3.2.2.2, RFC 6633).
std::optional<std::uint16_t> find_quoted_packet(const packet::Packet& packet, const InnerHeader& inner);

}  // namespace ropewalk::dataplane::headers
