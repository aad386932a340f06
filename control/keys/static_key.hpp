#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ropewalk::control::keys {

inline constexpr std::size_t static_key_bytes = 32;

/// The secret that two gateways share; every key of their tunnel is derived from it.
using StaticKey = std::array<std::uint8_t, static_key_bytes>;

}  // namespace ropewalk::control::keys
