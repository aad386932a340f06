#include "config/schema/ip_address.hpp"

#include <arpa/inet.h>

namespace ropewalk::config::schema {

std::optional<IpAddress> parse_ip_address(std::string_view text) {
    // inet_pton wants a terminator, and would not notice a NUL in the middle.
    if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) return std::nullopt;
    const std::string terminated(text);
    IpAddress address;
    if (::inet_pton(AF_INET, terminated.c_str(), address.bytes.data()) == 1) return address;
    address = {Family::ipv6, {}};
    if (::inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
    return std::nullopt;
}

std::string to_string(const IpAddress& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(address.family == Family::ipv4 ? AF_INET : AF_INET6, address.bytes.data(), text.data(), text.size());
    return text.data();
}

}  // namespace ropewalk::config::schema
