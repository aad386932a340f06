#pragma once

#include <cstdint>

#include "dataplane/headers/inner_header.hpp"
#include "dataplane/packet/packet.hpp"

namespace ropewalk::dataplane::headers {

/// True when the sender of a packet that does not fit may be told by ICMP, and there is room in front for the error.
/// Not for IPv4 without DF, ICMP errors, fragments that are not the first, packets to many, from many or from nobody
/// (RFC 1122 section 3.2.2, RFC 4443 section 2.4 e), nor where it cannot be seen whether the packet is an ICMP error.
bool may_answer_too_big(const packet::Packet& packet, const InnerHeader& inner);

/// Turns a packet that may be answered so into the ICMP error: fragmentation needed (RFC 1191) or packet too big (RFC
/// 8201), with the inner MTU. It comes from the packet's own destination, so that it passes a reverse-path filter.
void turn_into_too_big(packet::Packet& packet, std::uint8_t version, std::uint16_t mtu);

}  // namespace ropewalk::dataplane::headers
