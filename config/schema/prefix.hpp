#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/schema/ip_address.hpp"

namespace ropewalk::config::schema {

/// An address and a prefix length. As an interface address the host bits stay; as a destination they must be zero.
struct Prefix {
    IpAddress address;
    std::uint8_t length = 0;
    auto operator<=>(const Prefix&) const = default;
};

/// Parses `198.51.100.0/24` or `2001:db8::/32`; empty when malformed or the length is out of range.
std::optional<Prefix> parse_prefix(std::string_view text);
std::string to_string(const Prefix& prefix);

/// The same prefix with all host bits zero.
Prefix network_of(const Prefix& prefix);

}  // namespace ropewalk::config::schema
