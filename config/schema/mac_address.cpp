#include "config/schema/mac_address.hpp"

#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ropewalk::config::schema {

std::optional<MacAddress> parse_mac_address(std::string_view text) {
    MacAddress address;
    if (text.size() != address.bytes.size() * 3 - 1) return std::nullopt;
    for (std::size_t i = 0; i < address.bytes.size(); ++i) {
        const char* const digits = text.data() + i * 3;
        const auto [end, error] = std::from_chars(digits, digits + 2, address.bytes[i], 16);
        if (error != std::errc{} || end != digits + 2) return std::nullopt;
        if (i > 0 && digits[-1] != ':') return std::nullopt;
    }
    return address;
}

std::string to_string(const MacAddress& address) {
    return fmt::format("{:02x}", fmt::join(address.bytes, ":"));
}

}  // namespace ropewalk::config::schema
