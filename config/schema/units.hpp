#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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

/// A decimal number, digits behind a point allowed, with one of the units above; empty when malformed, without a unit,
/// too large or not whole in the smallest unit.
std::optional<Bytes> parse_bytes(std::string_view text);
std::optional<BitsPerSecond> parse_rate(std::string_view text);
std::optional<Duration> parse_duration(std::string_view text);

/// With the largest unit that leaves a whole number: `1500B`, `64KiB`, `1500mbit`, `2s`.
std::string to_string(Bytes size);
std::string to_string(BitsPerSecond rate);
std::string to_string(Duration span);

}  // namespace ropewalk::config::schema
