#pragma once

#include <cstdint>

#include "dataplane/packet/checksum.hpp"
#include "dataplane/packet/headers.hpp"
#include "dataplane/packet/packet.hpp"

namespace ropewalk::dataplane::headers {

/// Only an outer field with this bit, ECT(1) or CE, can change an inner packet.
inline constexpr std::uint8_t ecn_may_change = 0x01;

/// Takes what happened to the outer ECN field on the way over to the inner one (RFC 6040 section 4.2, figure 4): CE
/// marks, and ECT(1) turns ECT(0) into ECT(1). False when the outer field says CE and the inner packet cannot carry
/// that (not-ECT): such a packet is to be dropped.
inline bool take_over_ecn(packet::Packet& packet, std::uint8_t version, std::uint8_t outer) {
    using namespace packet;
    const std::uint8_t before =
        version == 4 ? packet.at<Ipv4Header>(0)->traffic_class : packet.at<Ipv6Header>(0)->traffic_class();
    const std::uint8_t inner = before & ecn_mask;
    if (inner == ecn_not_capable) return outer != ecn_congested;
    if (outer != ecn_congested && (outer != ecn_capable_1 || inner != ecn_capable_0)) return true;

    const auto after = static_cast<std::uint8_t>((before & ~ecn_mask) | outer);
    if (version == 6) {
        packet.at<Ipv6Header>(0)->set_traffic_class(after);
        return true;
    }
    auto& ip = *packet.at<Ipv4Header>(0);
    ip.traffic_class = after;
    replace_in_checksum(ip.checksum, Be16(static_cast<std::uint16_t>(ip.version_ihl << 8 | before)),
                        Be16(static_cast<std::uint16_t>(ip.version_ihl << 8 | after)));
    return true;
}

/// The same for an opened packet that still has its ESP trailer; anything but an IP packet passes unchanged.
inline bool take_over_ecn(packet::Packet& opened, std::uint8_t outer) {
    using namespace packet;
    const std::uint8_t next_header = *opened.at<std::uint8_t>(static_cast<std::uint16_t>(opened.size() - 1));
    const std::uint8_t version = *opened.at<std::uint8_t>(0) >> 4;
    const bool is_ipv4 = next_header == protocol_ipv4 && version == 4 && opened.size() > sizeof(Ipv4Header);
    const bool is_ipv6 = next_header == protocol_ipv6 && version == 6 && opened.size() > sizeof(Ipv6Header);
    return (!is_ipv4 && !is_ipv6) || take_over_ecn(opened, version, outer);
}

}  // namespace ropewalk::dataplane::headers
