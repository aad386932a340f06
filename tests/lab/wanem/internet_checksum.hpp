#pragma once

#include <cstdint>
#include <span>

#include "tests/lab/wanem/header_at.hpp"

namespace ropewalk::tests::lab::wanem {

/// One's-complement sums of RFC 1071, in host order.
class InternetChecksum {
public:
    void add(std::uint16_t word) { sum_ += word; }
    /// An odd last byte counts as if followed by zero.
    void add(std::span<const std::uint8_t> bytes) {
        for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) add(header_at<Be16>(bytes, i).host());
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
            sum.add(static_cast<std::uint16_t>(~header_at<Be16>(before, i).host()));
        sum.add(after);
        return sum.value();
    }

private:
    std::uint64_t sum_ = 0;
};

}  // namespace ropewalk::tests::lab::wanem
