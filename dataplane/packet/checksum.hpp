#pragma once

#include <cstddef>
#include <cstdint>

#include <rte_ip.h>

#include "dataplane/packet/big_endian.hpp"

namespace ropewalk::dataplane::packet {

/// One's-complement arithmetic of RFC 1071 over raw (network-order) words. Without a loop: how often the carry has to
/// be added again differs from packet to packet, and nobody can guess it.
inline std::uint16_t fold(std::uint64_t sum) {
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(sum + (sum >> 16));
}

/// Sum of the bytes, folded, not complemented; an odd last byte counts as if followed by zero.
inline std::uint16_t sum_of(const void* bytes, std::size_t size) {
    return rte_raw_cksum(bytes, size);
}

/// The same for a packet's worth of bytes that are in the first-level cache. With AVX2 64-bit words are summed, and
/// their upper halves: what the lower ones make follows from both. rte_raw_cksum widens every 16-bit word instead,
/// which takes half as long again (docs/decisions/012-udp-checksum.md).
inline std::uint16_t sum_of_many(const void* bytes, std::size_t size) {
    const auto* at = static_cast<const std::uint8_t*>(bytes);
    std::uint64_t halves = 0;
#ifdef __AVX2__
    using Words [[gnu::vector_size(32), gnu::may_alias, gnu::aligned(1)]] = std::uint64_t;
    Words whole{}, upper{};
    for (; size >= sizeof(Words); size -= sizeof(Words), at += sizeof(Words)) {
        const Words words = *reinterpret_cast<const Words*>(at);
        whole += words;
        upper += words >> 32;
    }
    const Words sums = whole - (upper << 32) + upper;
    halves = sums[0] + sums[1] + sums[2] + sums[3];
#endif
    return fold(halves + sum_of(at, size));
}

/// Replaces the 16-bit word `before` by `after` under a checksum (RFC 1624 equation 3).
inline void replace_in_checksum(Be16& checksum, Be16 before, Be16 after) {
    const std::uint64_t sum = static_cast<std::uint16_t>(~checksum.host()) +
                              static_cast<std::uint64_t>(static_cast<std::uint16_t>(~before.host())) + after.host();
    checksum = static_cast<std::uint16_t>(~fold(sum));
}

}  // namespace ropewalk::dataplane::packet
