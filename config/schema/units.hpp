#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace ropewalk::config::schema {

/// A size in bytes. YAML: `1400B`, `64KiB`, `256MiB`, `1GiB` (also kB, MB, GB as powers of ten).
struct Bytes {
    std::uint64_t count = 0;
    auto operator<=>(const Bytes&) const = default;
};

/// A rate in bits per second. YAML: `800kbit`, `80mbit`, `1.5gbit`.
struct BitsPerSecond {
    std::uint64_t count = 0;
    auto operator<=>(const BitsPerSecond&) const = default;
};

/// A time span. YAML: `500us`, `50ms`, `2s`.
using Duration = std::chrono::nanoseconds;

}  // namespace ropewalk::config::schema
