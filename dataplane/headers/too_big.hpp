#pragma once

#include <cstdint>

#include "dataplane/headers/inner_header.hpp"
#include "dataplane/packet/packet.hpp"

namespace ropewalk::dataplane::headers {

/// Turns a packet that does not fit into the ICMP error that tells its sender so: fragmentation needed (RFC 1191) or
/// packet too big (RFC 8201), with the inner MTU. False, and nothing changed, where no error may be sent: IPv4 without
/// DF, ICMP errors, fragments that are not the first, multicast (RFC 1122 section 3.2.2, RFC 4443 section 2.4).
/// The error comes from the packet's own destination, so that it passes a reverse-path filter.
bool turn_into_too_big(packet::Packet& packet, const InnerHeader& inner, std::uint16_t mtu);

}  // namespace ropewalk::dataplane::headers
