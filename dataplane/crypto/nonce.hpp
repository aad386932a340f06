#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

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

static_assert(sizeof(NonceAndAad) == 32 && std::endian::native == std::endian::little);
inline constexpr std::uint64_t aad_bytes = 12;

inline void build_nonce(NonceAndAad& out, const std::array<std::uint8_t, 4>& salt, std::uint32_t spi,
                        std::uint64_t sequence) {
    // One store of the whole: assembled field by field, it would be read back before the stores have left the
    // processor's buffer, a stall of 23 cycles a packet.
    using Words [[gnu::vector_size(sizeof(NonceAndAad)), gnu::may_alias]] = std::uint64_t;
    std::uint32_t salt_raw;
    std::memcpy(&salt_raw, salt.data(), sizeof salt_raw);
    const std::uint64_t iv = packet::Be64(sequence).raw();
    const std::uint64_t front = iv << 32, back = iv >> 32;
    *reinterpret_cast<Words*>(&out) = Words{front | salt_raw, back, front | packet::Be32(spi).raw(), back};
}

}  // namespace ropewalk::dataplane::crypto
