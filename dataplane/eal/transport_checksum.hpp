#pragma once

#include <cstdint>

#include "dataplane/packet/checksum.hpp"
#include "dataplane/packet/headers.hpp"

namespace ropewalk::dataplane::eal {

/// Sum of the pseudo header (RFC 9293 section 3.1, RFC 8200 section 8.1) over raw words, folded, not complemented.
/// `ip` is a whole IPv4 or IPv6 header, `bytes` the transport header with its payload.
inline std::uint16_t pseudo_header_sum(const std::uint8_t* ip, std::uint8_t protocol, std::uint32_t bytes) {
    const bool is_v4 = ip[0] >> 4 == 4;
    const std::uint64_t addresses = is_v4 ? packet::sum_of(ip + 12, 8) : packet::sum_of(ip + 8, 32);
    return packet::fold(addresses + packet::Be16(protocol).raw() +
                        packet::Be16(static_cast<std::uint16_t>(bytes)).raw());
}

/// Whether the checksum of a transport header and its payload is right; one of zero, UDP's "none", is not.
inline bool transport_checksum_is_right(const std::uint8_t* ip, std::uint8_t protocol, const std::uint8_t* transport,
                                        std::uint32_t bytes) {
    return packet::fold(std::uint64_t{pseudo_header_sum(ip, protocol, bytes)} + packet::sum_of(transport, bytes)) ==
           0xffff;
}

/// Length and checksum of the IPv4 header, or length of the IPv6 header, at `ip`. `total` is the whole packet's size.
inline void set_ip_length(std::uint8_t* ip, std::uint16_t total) {
    if (ip[0] >> 4 == 6) {
        reinterpret_cast<packet::Ipv6Header*>(ip)->payload_length =
            static_cast<std::uint16_t>(total - sizeof(packet::Ipv6Header));
        return;
    }
    auto& header = *reinterpret_cast<packet::Ipv4Header*>(ip);
    header.total_length = total;
    header.checksum = 0;
    header.checksum = packet::Be16::from_raw(static_cast<std::uint16_t>(~packet::sum_of(ip, header.header_length())));
}

}  // namespace ropewalk::dataplane::eal
