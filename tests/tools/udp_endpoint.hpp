#pragma once

#include <sys/socket.h>

#include <string>

#include "config/result.hpp"

namespace ropewalk::tests::tools {

/// An address and a UDP port as the kernel wants them.
struct UdpEndpoint {
    sockaddr_storage address{};
    socklen_t size = 0;

    int family() const { return address.ss_family; }
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }
};

/// Parses `192.0.2.1:5000` or `[2001:db8::1]:5000`; numbers only. The port may be left out of an address to send from:
/// `192.0.2.1`, `2001:db8::1`.
Result<UdpEndpoint> parse_udp_endpoint(const std::string& text);

}  // namespace ropewalk::tests::tools
