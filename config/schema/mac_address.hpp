#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ropewalk::config::schema {

/// An Ethernet address, `02:00:00:00:00:01`.
struct MacAddress {
    std::array<std::uint8_t, 6> bytes{};
    auto operator<=>(const MacAddress&) const = default;
};

std::optional<MacAddress> parse_mac_address(std::string_view text);
std::string to_string(const MacAddress& address);

}  // namespace ropewalk::config::schema
