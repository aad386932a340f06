#pragma once

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

/// Replaces the 16-bit word `before` by `after` under a checksum (RFC 1624 equation 3).
inline void replace_in_checksum(Be16& checksum, Be16 before, Be16 after) {
    const std::uint64_t sum = static_cast<std::uint16_t>(~checksum.host()) +
                              static_cast<std::uint64_t>(static_cast<std::uint16_t>(~before.host())) + after.host();
    checksum = static_cast<std::uint16_t>(~fold(sum));
}

}  // namespace ropewalk::dataplane::packet
