#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/schema/ip_address.hpp"

namespace ropewalk::config::schema {

/// An address and a UDP port, 1 to 65535 (host byte order). Text: `203.0.113.1:4500`, `[2001:db8::1]:4500`.
struct Endpoint {
    IpAddress address;
    std::uint16_t udp_port = 0;
    auto operator<=>(const Endpoint&) const = default;

    /// One that stands nowhere in the file, or could not be read, has port 0.
    bool was_read() const { return udp_port != 0; }
};

std::optional<Endpoint> parse_endpoint(std::string_view text);
std::string to_string(const Endpoint& endpoint);

}  // namespace ropewalk::config::schema
