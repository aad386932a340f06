#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace ropewalk::control::peers {

/// Asks the peer whether it gets outer packets of a size by a path: the message is padded until it makes one (RFC 8899
/// section 4.1).
///
///   offset  0  type, 4
///           1  layout of this message, 1; later layouts only append
///           2  id of the path
///           3  zero
///           4  number of the probe, 4 bytes, big-endian
///           8  bytes of the outer packet that it makes, 2 bytes, big-endian
///          10  zero, 2 bytes
struct MtuProbe {
    std::uint8_t path_id = 0;
    std::uint32_t number = 0;
    std::uint16_t outer_bytes = 0;  ///< as they leave: an IPv6 network may make IPv4 of them
    bool operator==(const MtuProbe&) const = default;
};

/// Says that a probe came. The layout is the probe's, with
///
///   offset  0  type, 5
///          10  bytes of plain text that came, 2 bytes, big-endian
struct MtuAnswer {
    MtuProbe probe;
    std::uint16_t plain_bytes = 0;
    bool operator==(const MtuAnswer&) const = default;
};

inline constexpr std::size_t mtu_message_bytes = 12;

std::array<std::uint8_t, mtu_message_bytes> encode(const MtuProbe& probe);
std::array<std::uint8_t, mtu_message_bytes> encode(const MtuAnswer& answer);

/// Empty when it is none, or too short. Longer ones are accepted.
std::optional<MtuProbe> decode_mtu_probe(std::span<const std::uint8_t> bytes);
std::optional<MtuAnswer> decode_mtu_answer(std::span<const std::uint8_t> bytes);

}  // namespace ropewalk::control::peers
