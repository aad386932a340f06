#pragma once

#include <array>
#include <cstdint>

#include "dataplane/packet/big_endian.hpp"

namespace ropewalk::dataplane::crypto {

/// Nonce and additional authenticated data of one packet, built for a whole burst before the first cipher call:
/// written with full-width stores, so that the cipher's vector loads are not stalled by store forwarding.
struct alignas(32) NonceAndAad {
    /// Salt 4 | IV 8 (RFC 4106 section 4)
    std::array<std::uint8_t, 4> salt;
    packet::Be64 iv;
    std::uint32_t padding;
    /// SPI | sequence high | sequence low (RFC 4106 section 5, extended sequence numbers)
    packet::Be32 spi;
    packet::Be64 sequence;
};

static_assert(sizeof(NonceAndAad) == 32);
inline constexpr std::uint64_t aad_bytes = 12;

inline void build_nonce(NonceAndAad& out, const std::array<std::uint8_t, 4>& salt, std::uint32_t spi,
                        std::uint64_t sequence) {
    out = {salt, packet::Be64(sequence), 0, packet::Be32(spi), packet::Be64(sequence)};
}

}  // namespace ropewalk::dataplane::crypto
