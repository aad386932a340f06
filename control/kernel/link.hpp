#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <optional>
#include <string>

#include "config/schema/mac_address.hpp"

namespace ropewalk::control::kernel {

/// A network interface of the kernel, as RTM_NEWLINK tells of it.
struct Link {
    int index = 0;
    std::string name;
    std::string kind;  ///< "tun", "veth", ...; empty for hardware
    std::optional<config::schema::MacAddress> mac;
    std::uint32_t mtu = 0;  ///< bytes
    bool up = false;        ///< set up by an operator
    bool has_carrier = false;
    bool makes_own_ipv6_address = false;  ///< link-local address on its own (IFLA_INET6_ADDR_GEN_MODE)
    auto operator<=>(const Link&) const = default;
};

/// Empty when the message is not a whole RTM_NEWLINK.
std::optional<Link> parse_link(const nlmsghdr& message);

}  // namespace ropewalk::control::kernel
