#pragma once

#include <bit>
#include <concepts>
#include <cstdint>

namespace ropewalk::dataplane::packet {

/// A number in network byte order as it lies in a packet, unaligned; reading and writing convert.
template <std::unsigned_integral T>
class [[gnu::packed]] BigEndian {
public:
    BigEndian() = default;
    explicit constexpr BigEndian(T host) : raw_(swap(host)) {}
    constexpr BigEndian& operator=(T host) {
        raw_ = swap(host);
        return *this;
    }
    constexpr T host() const { return swap(raw_); }
    /// The bytes as they lie in memory, for sums that do not care about order (RFC 1071 section 2B).
    constexpr T raw() const { return raw_; }
    static constexpr BigEndian from_raw(T raw) { return BigEndian(swap(raw)); }
    constexpr bool operator==(const BigEndian& other) const { return raw_ == other.raw_; }

private:
    static constexpr T swap(T value) {
        if constexpr (std::endian::native == std::endian::big || sizeof(T) == 1)
            return value;
        else if constexpr (sizeof(T) == 2)
            return __builtin_bswap16(value);
        else if constexpr (sizeof(T) == 4)
            return __builtin_bswap32(value);
        else
            return __builtin_bswap64(value);
    }

    T raw_;
};

using Be16 = BigEndian<std::uint16_t>;
using Be32 = BigEndian<std::uint32_t>;
using Be64 = BigEndian<std::uint64_t>;

}  // namespace ropewalk::dataplane::packet
