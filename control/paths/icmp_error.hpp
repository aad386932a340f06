#pragma once

#include <cstdint>
#include <string>

#include "config/schema/endpoint.hpp"
#include "config/schema/ip_address.hpp"

namespace ropewalk::control::paths {

/// An ICMP error that quotes a copy of ours (RFC 1122 section 4.1.3.3, RFC 4443 section 3). It is not authenticated:
/// whoever knows a path's addresses and UDP ports can write one.
struct IcmpError {
    config::schema::Endpoint local, peer;  ///< of the quoted copy
    config::schema::IpAddress offender;    ///< who says so; its family is that of the ICMP
    std::uint8_t type = 0, code = 0;
    std::uint32_t mtu = 0;  ///< bytes, of a packet too big; else 0
    bool operator==(const IcmpError&) const = default;
};

/// Whether it says that a copy was too big for the way (RFC 1191, RFC 8201).
bool is_too_big(const IcmpError& error);

/// What it says, of whom, and what mends it.
std::string sentence_of(const IcmpError& error);

}  // namespace ropewalk::control::paths
