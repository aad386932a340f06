#include "tests/packets/bytes.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <random>
#include <stdexcept>

namespace ropewalk::tests::packets {
namespace {

std::uint64_t read_number(std::span<const std::uint8_t> bytes, std::size_t offset, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value = value << 8 | bytes[offset + i];
    return value;
}

Bytes number(std::uint64_t value, std::size_t size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(value >> 8 * (size - 1 - i));
    return bytes;
}

}  // namespace

Bytes from_hex(std::string_view digits) {
    Bytes bytes;
    int half = -1;
    for (const char character : digits) {
        if (std::isspace(static_cast<unsigned char>(character)) != 0) continue;
        if (std::isxdigit(static_cast<unsigned char>(character)) == 0) throw std::invalid_argument("not hexadecimal");
        const int digit = std::stoi(std::string(1, character), nullptr, 16);
        if (half < 0) {
            half = digit;
            continue;
        }
        bytes.push_back(static_cast<std::uint8_t>(half << 4 | digit));
        half = -1;
    }
    if (half >= 0) throw std::invalid_argument("an odd number of digits");
    return bytes;
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 0xf];
    }
    return text;
}

Bytes joined(std::initializer_list<Bytes> parts) {
    Bytes all;
    for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

Bytes pattern(std::size_t size, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    Bytes bytes(size);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    return bytes;
}

Bytes be16(std::uint16_t value) {
    return number(value, 2);
}

Bytes be32(std::uint32_t value) {
    return number(value, 4);
}

Bytes be64(std::uint64_t value) {
    return number(value, 8);
}

void set_be16(Bytes& bytes, std::size_t offset, std::uint16_t value) {
    const Bytes field = be16(value);
    std::ranges::copy(field, bytes.begin() + static_cast<std::ptrdiff_t>(offset));
}

std::uint16_t read_be16(std::span<const std::uint8_t> bytes, std::size_t offset) {
    return static_cast<std::uint16_t>(read_number(bytes, offset, 2));
}

std::uint32_t read_be32(std::span<const std::uint8_t> bytes, std::size_t offset) {
    return static_cast<std::uint32_t>(read_number(bytes, offset, 4));
}

std::uint64_t read_be64(std::span<const std::uint8_t> bytes, std::size_t offset) {
    return read_number(bytes, offset, 8);
}

}  // namespace ropewalk::tests::packets
