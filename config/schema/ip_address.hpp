#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/codes.hpp"

namespace ropewalk::config::schema {

/// An IPv4 or IPv6 address in network byte order; IPv4 uses the first four bytes and leaves the rest zero.
struct IpAddress {
    Family family = Family::ipv4;
    std::array<std::uint8_t, 16> bytes{};

    /// Length of the address: 4 or 16 bytes.
    std::size_t size() const { return family == Family::ipv4 ? 4 : 16; }
    bool is_unspecified() const { return bytes == std::array<std::uint8_t, 16>{}; }
    auto operator<=>(const IpAddress&) const = default;
};

/// Parses dotted or RFC 4291 text; empty when it is neither.
std::optional<IpAddress> parse_ip_address(std::string_view text);

/// Text form; IPv6 as RFC 5952 asks.
std::string to_string(const IpAddress& address);

}  // namespace ropewalk::config::schema
