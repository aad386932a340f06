#pragma once

#include <cstddef>

#include "config/secret.hpp"

namespace ropewalk::control::keys {

inline constexpr std::size_t static_key_bytes = 32;

/// The secret that two gateways share; every key of their tunnel is derived from it.
using StaticKey = config::Secret<static_key_bytes>;

}  // namespace ropewalk::control::keys
