#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <optional>

#include "config/schema/prefix.hpp"

namespace ropewalk::control::kernel {

/// Marks what Ropewalk itself put into the kernel: the protocol number of its routes (rtm_protocol) and addresses
/// (IFA_PROTO). Only what carries it is ever removed.
inline constexpr std::uint8_t our_protocol = 0xa7;

/// An address of a kernel interface.
struct InterfaceAddress {
    int interface = 0;
    config::schema::Prefix prefix;
    bool is_ours = false;        ///< carries our_protocol
    bool is_link_local = false;  ///< scope link
    auto operator<=>(const InterfaceAddress&) const = default;
};

/// Empty when the message is not a whole RTM_NEWADDR of IPv4 or IPv6.
std::optional<InterfaceAddress> parse_interface_address(const nlmsghdr& message);

}  // namespace ropewalk::control::kernel
