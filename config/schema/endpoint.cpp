#include "config/schema/endpoint.hpp"

#include "config/number.hpp"

namespace ropewalk::config::schema {

std::optional<Endpoint> parse_endpoint(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto udp_port = parse_number<std::uint16_t>(text.substr(colon + 1), 1, 65535);
    std::string_view host = text.substr(0, colon);
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) host = host.substr(1, host.size() - 2);
    const std::optional<IpAddress> address = parse_ip_address(host);
    // Brackets for IPv6 and only for it, as in RFC 3986 section 3.2.2.
    if (!udp_port || !address || bracketed != (address->family == Family::ipv6)) return std::nullopt;
    return Endpoint{*address, *udp_port};
}

std::string to_string(const Endpoint& endpoint) {
    const std::string host = to_string(endpoint.address);
    const std::string port = std::to_string(endpoint.udp_port);
    return endpoint.address.family == Family::ipv6 ? "[" + host + "]:" + port : host + ":" + port;
}

}  // namespace ropewalk::config::schema
