#pragma once

#include <cstdint>

#include "dataplane/eal/offload_header.hpp"
#include "tests/packets/bytes.hpp"

namespace ropewalk::tests::packets {

using dataplane::eal::OffloadHeader;

/// A packet of many segments as the kernel hands it over: the transport checksum holds the pseudo header's sum only.
struct SuperOf {
    OffloadHeader header;
    Bytes bytes;
};

/// With twelve bytes of TCP options.
SuperOf super_tcp(bool is_v6, std::uint8_t flags, const Bytes& payload, std::uint16_t segment);
SuperOf super_udp(bool is_v6, const Bytes& payload, std::uint16_t segment);

/// Segments of one TCP connection or UDP flow, each a whole packet with right checksums.
struct Segment {
    bool is_v6 = false;
    std::uint16_t source_port = 4000;
    std::uint32_t sequence = 1000;
    std::uint32_t acknowledgement = 77;
    std::uint8_t flags = 0x10;
    std::uint16_t window = 500;
    std::uint32_t timestamp = 1;
    std::uint8_t traffic_class = 0;
    std::uint8_t time_to_live = 64;
    std::uint16_t identification = 0;
    bool dont_fragment = true;
};
Bytes tcp_segment(const Segment& segment, const Bytes& payload);
Bytes udp_segment(const Segment& segment, const Bytes& payload);

}  // namespace ropewalk::tests::packets
