#include "tests/tools/udp_endpoint.hpp"

#include <netdb.h>

#include <algorithm>
#include <cstring>

namespace ropewalk::tests::tools {

Result<UdpEndpoint> parse_udp_endpoint(const std::string& text) {
    std::string host = text;
    std::string port = "0";
    if (text.starts_with('[')) {
        const auto close = text.find("]:");
        if (close == std::string::npos) return fail("'" + text + "' is not of the form [IPV6]:PORT");
        host = text.substr(1, close - 1);
        port = text.substr(close + 2);
    } else if (std::ranges::count(text, ':') == 1) {
        host = text.substr(0, text.find(':'));
        port = text.substr(text.find(':') + 1);
    }

    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_DGRAM;
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    if (getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) {
        return fail("'" + text + "' is not an address and a port like 192.0.2.1:5000 or [2001:db8::1]:5000");
    }
    UdpEndpoint endpoint;
    std::memcpy(&endpoint.address, found->ai_addr, found->ai_addrlen);
    endpoint.size = found->ai_addrlen;
    freeaddrinfo(found);
    return endpoint;
}

}  // namespace ropewalk::tests::tools
