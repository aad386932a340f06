#pragma once

#include <cstdint>

#include "dataplane/packet/checksum.hpp"
#include "dataplane/packet/headers.hpp"
#include "dataplane/packet/packet.hpp"

namespace ropewalk::dataplane::stages {

/// Carries a congestion mark of the outer header over to the inner one (RFC 6040 section 4.2). False when the inner
/// packet cannot say it (not-ECT): such a packet is to be dropped.
inline bool carry_congestion_mark(packet::Packet& packet, std::uint8_t version) {
    using namespace packet;
    if (version == 4) {
        auto& ip = *packet.at<Ipv4Header>(0);
        if ((ip.traffic_class & ecn_mask) == 0) return false;
        const Be16 before(static_cast<std::uint16_t>(ip.version_ihl << 8 | ip.traffic_class));
        ip.traffic_class |= ecn_congested;
        replace_in_checksum(ip.checksum, before,
                            Be16(static_cast<std::uint16_t>(ip.version_ihl << 8 | ip.traffic_class)));
        return true;
    }
    auto& ip = *packet.at<Ipv6Header>(0);
    if ((ip.traffic_class() & ecn_mask) == 0) return false;
    ip.set_traffic_class(ip.traffic_class() | ecn_congested);
    return true;
}

}  // namespace ropewalk::dataplane::stages
