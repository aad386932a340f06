#include "config/schema/prefix.hpp"

#include "config/number.hpp"

namespace ropewalk::config::schema {

std::optional<Prefix> parse_prefix(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const std::optional<IpAddress> address = parse_ip_address(text.substr(0, slash));
    if (!address) return std::nullopt;
    const auto longest = static_cast<std::uint8_t>(address->size() * 8);
    const auto length = parse_number<std::uint8_t>(text.substr(slash + 1), 0, longest);
    if (!length) return std::nullopt;
    return Prefix{*address, *length};
}

std::string to_string(const Prefix& prefix) {
    return to_string(prefix.address) + "/" + std::to_string(prefix.length);
}

Prefix network_of(const Prefix& prefix) {
    Prefix network = prefix;
    for (std::size_t bit = prefix.length; bit < network.address.size() * 8; ++bit) {
        network.address.bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> bit % 8));
    }
    return network;
}

}  // namespace ropewalk::config::schema
