#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "config/region/layout.hpp"

namespace ropewalk::control::peers {

/// The control message that gateways send each other on every path, again and again. It goes sealed like a packet, so
/// that a path proves itself alive without traffic. What it says is for people to read, but for the shards and the
/// features.
///
///   offset  0  type, 1
///           1  layout of this message, 3; later layouts only append
///           2  zero, 2 bytes
///           4  program version: major, minor, patch, 2 bytes each, big-endian
///          10  zero, 2 bytes
///          12  name of the sending gateway, 32 bytes, filled with NUL
///          44  uuid of its dataplane's life, 16 bytes
///          60  since layout 2: UDP ports on which it receives each path of this tunnel, 1 to 16
///          61  zero, 3 bytes
///          64  since layout 3: features, a bit each; bit 0: it answers MTU probes,
///              bit 1: it sends path probes and answers them
struct Hello {
    std::array<std::uint16_t, 3> version{};  ///< major, minor, patch
    std::string gateway;
    config::region::Uuid life_uuid{};
    std::uint8_t shards = 1;  ///< UDP ports of a path; who announces none has one
    bool answers_mtu_probes = false;
    bool probes_paths = false;
    bool operator==(const Hello&) const = default;
};

inline constexpr std::size_t hello_bytes = 65;

std::array<std::uint8_t, hello_bytes> encode(const Hello& hello);

/// Empty when it is not a hello, too short, or its name is not one that a gateway may have. Longer ones are accepted.
std::optional<Hello> decode_hello(std::span<const std::uint8_t> bytes);

}  // namespace ropewalk::control::peers
