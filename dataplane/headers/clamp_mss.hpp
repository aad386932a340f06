#pragma once

#include <cstdint>

#include "dataplane/headers/inner_header.hpp"
#include "dataplane/packet/packet.hpp"

namespace ropewalk::dataplane::headers {

inline constexpr std::uint8_t tcp_syn = 0x02;

/// Lowers the MSS option of a TCP SYN to what fits `mtu` in one inner packet (RFC 9293 section 3.7.1), checksum kept
/// right. True when it changed something. An absent option means 536 bytes and stays absent.
bool lower_mss(packet::Packet& packet, const InnerHeader& inner, std::uint16_t mtu);

/// The cheap test in front of lower_mss: a whole TCP header with SYN set.
inline bool is_tcp_syn(const packet::Packet& packet, const InnerHeader& inner) {
    return inner.protocol == packet::protocol_tcp && inner.has_upper_layer &&
           inner.total_size >= inner.header_size + sizeof(packet::TcpHeader) &&
           (packet.at<packet::TcpHeader>(inner.header_size)->flags & tcp_syn) != 0;
}

}  // namespace ropewalk::dataplane::headers
