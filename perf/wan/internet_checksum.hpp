#pragma once

#include <cstdint>
#include <span>

namespace ropewalk::perf::wan {

inline std::uint16_t load_be16(const std::uint8_t* at) {
    return static_cast<std::uint16_t>(at[0] << 8 | at[1]);
}

inline void store_be16(std::uint8_t* at, std::uint16_t value) {
    at[0] = static_cast<std::uint8_t>(value >> 8);
    at[1] = static_cast<std::uint8_t>(value);
}

/// One's-complement sums of RFC 1071, in host order.
class InternetChecksum {
public:
    void add(std::uint16_t word) { sum_ += word; }
    /// An odd last byte counts as if followed by zero.
    void add(std::span<const std::uint8_t> bytes) {
        for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) add(load_be16(&bytes[i]));
        if (bytes.size() % 2 != 0) add(static_cast<std::uint16_t>(bytes.back() << 8));
    }

    std::uint16_t value() const {
        std::uint64_t sum = sum_;
        while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
        return static_cast<std::uint16_t>(~sum);
    }

    /// What `checksum` becomes when `before` is replaced by `after` under it (RFC 1624 equation 3): one that was wrong
    /// stays as wrong as it was.
    static std::uint16_t replaced(std::uint16_t checksum, std::span<const std::uint8_t> before,
                                  std::span<const std::uint8_t> after) {
        InternetChecksum sum;
        sum.add(static_cast<std::uint16_t>(~checksum));
        for (std::size_t i = 0; i + 1 < before.size(); i += 2)
            sum.add(static_cast<std::uint16_t>(~load_be16(&before[i])));
        sum.add(after);
        return sum.value();
    }

private:
    std::uint64_t sum_ = 0;
};

}  // namespace ropewalk::perf::wan
