#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include <rte_mbuf.h>

#include "dataplane/eal/offload_header.hpp"
#include "dataplane/eal/super_packet.hpp"

namespace ropewalk::dataplane::eal {

/// Where one packet from the kernel is read to: a single one, or one of many segments. From here it is copied to mbufs;
/// reading to an mbuf at once would take a list of buffers, which costs the kernel more than the copy costs us.
struct KernelPacket {
    OffloadHeader header;
    std::array<std::uint8_t, largest_super_packet + 1 + 18> bytes;  ///< with Ethernet header and VLAN tag

    /// What is not to be cut, as far as there is room in a fresh mbuf.
    void copy_to(rte_mbuf& mbuf, std::size_t size) {
        const std::size_t fitting = std::min<std::size_t>(size, rte_pktmbuf_tailroom(&mbuf));
        std::memcpy(rte_pktmbuf_mtod(&mbuf, void*), bytes.data(), fitting);
        mbuf.data_len = static_cast<std::uint16_t>(fitting);
        mbuf.pkt_len = static_cast<std::uint32_t>(fitting);
    }
};

/// The next segment into a fresh mbuf; ends the cutting after the last.
inline void cut_to(rte_mbuf& mbuf, std::optional<SuperPacket>& cutting, SegmentChecksum checksum) {
    mbuf.data_len = cutting->cut(rte_pktmbuf_mtod(&mbuf, std::uint8_t*), checksum);
    mbuf.pkt_len = mbuf.data_len;
    if (cutting->is_done()) cutting.reset();
}

}  // namespace ropewalk::dataplane::eal
