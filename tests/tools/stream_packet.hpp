#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace ropewalk::tests::tools {

/// A packet of the stream: its number (8 bytes, big-endian), then bytes that follow from the number alone, so that the
/// receiver knows what every packet must look like.
inline constexpr std::size_t smallest_stream_packet = 16;
inline constexpr std::size_t largest_stream_packet = 65507;

/// Set in the number of a packet that says that the sender has finished; the other bits say how many numbers it used.
inline constexpr std::uint64_t end_mark = std::uint64_t{1} << 63;

/// Fills the whole payload for a number.
void write_stream_packet(std::span<std::uint8_t> payload, std::uint64_t number);

/// The number of an intact payload; empty when any byte of it is not what it must be.
std::optional<std::uint64_t> read_stream_packet(std::span<const std::uint8_t> payload);

}  // namespace ropewalk::tests::tools
