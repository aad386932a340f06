#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "tests/packets/bytes.hpp"

namespace ropewalk::tests::fuzz {

/// Takes an input apart from its front; behind the end there are zeros and empty pieces, so that every input is one.
class InputReader {
public:
    explicit InputReader(std::span<const std::uint8_t> input) : left_(input) {}

    bool is_done() const { return left_.empty(); }
    std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
    std::uint64_t u64() { return number(8); }

    /// As many as are left, `most` at the most.
    packets::Bytes bytes(std::size_t most) {
        const std::size_t size = std::min(most, left_.size());
        const packets::Bytes taken(left_.begin(), left_.begin() + static_cast<std::ptrdiff_t>(size));
        left_ = left_.subspan(size);
        return taken;
    }
    packets::Bytes rest() { return bytes(left_.size()); }

private:
    std::uint64_t number(std::size_t size) {
        packets::Bytes field = bytes(size);
        field.resize(size);
        std::uint64_t value = 0;
        for (const std::uint8_t byte : field) value = value << 8 | byte;
        return value;
    }

    std::span<const std::uint8_t> left_;
};

}  // namespace ropewalk::tests::fuzz
