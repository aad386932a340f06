#pragma once

#include <cstdint>

namespace ropewalk::dataplane::eal {

/// Stands before each packet that is exchanged with the kernel: whether it is to be cut into segments, of how many
/// bytes, and what of its checksum is still to be done (virtio 1.2, section 5.1.6, struct virtio_net_hdr; the machine's
/// byte order). Written out here because Linux's own header is not C++.
struct OffloadHeader {
    static constexpr std::uint8_t checksum_is_partial = 1, checksum_is_right = 2;  ///< flags
    /// gso_type; the last one stands for several datagrams of one size, known to Linux since 6.2.
    static constexpr std::uint8_t no_segments = 0, tcp_v4 = 1, fragments = 3, tcp_v6 = 4, udp_datagrams = 5;
    static constexpr std::uint8_t with_ecn = 0x80;  ///< set in gso_type beside one of them

    std::uint8_t flags, gso_type;
    std::uint16_t hdr_len;   ///< a hint; not believed
    std::uint16_t gso_size;  ///< payload bytes of a segment
    std::uint16_t csum_start, csum_offset;
};

static_assert(sizeof(OffloadHeader) == 10);

/// What IP lengths can say, and so the most that a packet of many segments may hold.
inline constexpr std::uint32_t largest_super_packet = 65'535;

}  // namespace ropewalk::dataplane::eal
