#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <optional>
#include <string>

#include "config/schema/prefix.hpp"

namespace ropewalk::control::kernel {

/// A rule of the kernel's policy routing: which packets are looked up in which table (ip-rule(8)).
struct Rule {
    config::Family family = config::Family::ipv4;
    std::uint32_t priority = 0;  ///< lower ones are asked first, equal ones in the order of their making
    std::uint8_t action = 0;     ///< FR_ACT_*
    std::uint32_t table = 0;
    std::optional<config::schema::Prefix> source, destination;
    /// What it asks for beside addresses, as ip-rule(8) writes it: `fwmark 0x1 dport 4500`.
    std::string selectors;
    bool is_inverted = false;  ///< meant are the packets that do not match
    /// Routes to prefixes of this length, or shorter, are passed over.
    std::optional<std::uint32_t> suppressed_length;
    std::uint8_t protocol = 0;  ///< who made it
    auto operator<=>(const Rule&) const = default;
};

/// Leads to a table of routes, which may have none for the packet.
bool leads_to_table(const Rule& rule);

/// Empty when the message is not a whole RTM_NEWRULE of IPv4 or IPv6.
std::optional<Rule> parse_rule(const nlmsghdr& message);

/// As `ip rule` shows it: `32765: from all fwmark 0x1 lookup 100`.
std::string to_string(const Rule& rule);

}  // namespace ropewalk::control::kernel
