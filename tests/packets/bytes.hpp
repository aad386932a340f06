#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ropewalk::tests::packets {

using Bytes = std::vector<std::uint8_t>;

/// Bytes from hexadecimal digits; blanks may stand anywhere between them. Throws std::invalid_argument otherwise.
Bytes from_hex(std::string_view digits);

/// Two digits a byte, so that a failed comparison shows all of a packet.
std::string to_hex(std::span<const std::uint8_t> bytes);

/// One after the other.
Bytes joined(std::initializer_list<Bytes> parts);

/// `size` bytes that differ from one seed to the next and never repeat at a short distance.
Bytes pattern(std::size_t size, std::uint64_t seed);

/// A big-endian number of 2, 4 or 8 bytes.
Bytes be16(std::uint16_t value);
Bytes be32(std::uint32_t value);
Bytes be64(std::uint64_t value);

/// Puts one over what stands at `offset`.
void set_be16(Bytes& bytes, std::size_t offset, std::uint16_t value);

/// Reads them back from anywhere in a packet.
std::uint16_t read_be16(std::span<const std::uint8_t> bytes, std::size_t offset);
std::uint32_t read_be32(std::span<const std::uint8_t> bytes, std::size_t offset);
std::uint64_t read_be64(std::span<const std::uint8_t> bytes, std::size_t offset);

}  // namespace ropewalk::tests::packets
