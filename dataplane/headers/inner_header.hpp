#pragma once

#include <algorithm>
#include <cstdint>

#include "dataplane/headers/extension_headers.hpp"
#include "dataplane/packet/headers.hpp"
#include "dataplane/packet/packet.hpp"

namespace ropewalk::dataplane::headers {

/// What the gateway reads of an inner packet, both families alike.
struct InnerHeader {
    std::uint16_t total_size;   ///< bytes, by the packet's own account
    std::uint16_t header_size;  ///< up to the upper layer, behind options of IPv4 and extension headers of IPv6
    std::uint8_t version;       ///< 4 or 6
    std::uint8_t traffic_class;
    std::uint8_t protocol;  ///< of the upper layer
    bool has_upper_layer;   ///< that begins in this packet: it is no later fragment, and what stands before was read
};

/// Reads an inner packet at the start of `packet`. False when it is not a whole IPv4 or IPv6 packet; bytes after its
/// end are allowed (traffic flow confidentiality padding, RFC 4303 section 2.7).
inline bool read_inner_header(const packet::Packet& packet, std::uint32_t available, InnerHeader& out) {
    using namespace packet;
    if (available < sizeof(Ipv4Header)) return false;
    const auto& v4 = *packet.at<Ipv4Header>(0);
    if (v4.version() == 4) {
        out = {v4.total_length.host(), v4.header_length(), 4,
               v4.traffic_class,       v4.protocol,        (v4.flags_fragment.host() & 0x1fff) == 0};
        return out.header_size >= sizeof(Ipv4Header) && out.total_size >= out.header_size &&
               out.total_size <= available;
    }
    if (v4.version() != 6 || available < sizeof(Ipv6Header)) return false;
    const auto& v6 = *packet.at<Ipv6Header>(0);
    const std::uint32_t total = v6.payload_length.host() + std::uint32_t{sizeof(Ipv6Header)};
    if (total > available || total > 0xffff) return false;
    const auto size = static_cast<std::uint16_t>(total);
    UpperLayer upper{sizeof(Ipv6Header), v6.next_header, true};
    // Of a packet in several segments the first one is read.
    if (is_extension_header(v6.next_header)) [[unlikely]]
        upper = find_upper_layer(packet.data(), std::min(size, packet.size()));
    out = {size, upper.offset, 6, v6.traffic_class(), upper.protocol, upper.is_in_this_packet};
    return true;
}

}  // namespace ropewalk::dataplane::headers
