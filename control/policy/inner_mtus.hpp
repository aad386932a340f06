#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "config/region/tunnel_orders.hpp"
#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"
#include "control/events/event.hpp"
#include "control/paths/path_table.hpp"

namespace ropewalk::control::policy {

/// The largest inner packet of a tunnel, and what makes it so.
struct InnerMtu {
    std::uint16_t bytes = 0;
    /// `path lte, MTU 1400 of the route to 198.51.100.1`.
    std::string source;
    /// Paths in use that leave less than the tunnel needs, by slot, and why. They do not count.
    std::map<std::uint32_t, std::string> too_narrow = {};
};

/// The smallest inner MTU that a tunnel may come to, in bytes: IPv6's minimum (RFC 8200 section 5) where it has IPv6
/// prefixes, else IPv4's (RFC 1122 section 3.3.3).
std::uint16_t least_inner_mtu(const config::schema::Tunnel& tunnel);

/// Pure. What the YAML allows, or what fits the paths in use, as the kernel and probes see them, when that is less.
/// With no path left that is wide enough, the least that the tunnel needs.
InnerMtu inner_mtu_of(const config::schema::Gateway& gateway, const config::schema::Tunnel& tunnel,
                      const config::snapshot::Resolved& resolved, const paths::PathTable& paths);

/// The inner MTU of every tunnel, from turn to turn. Pure.
class InnerMtus {
public:
    /// What an earlier control ordered, by tunnel slot, holds until the kernel was asked about all paths, and
    /// probes.
    void take_over(const std::map<std::uint32_t, config::region::TunnelOrder>& orders);

    /// Appends InnerMtuChanged, PathTooNarrow and PathWideEnough.
    void run(const config::schema::Gateway& gateway, const config::snapshot::Resolved& resolved,
             const paths::PathTable& paths, events::Events& events);

    /// Of a tunnel that run() has seen, by slot; else 0 bytes.
    const InnerMtu& of(std::uint32_t tunnel_slot) const;

private:
    struct Entry {
        InnerMtu now;
        std::uint16_t told = 0;  ///< bytes, as events last told it; at first what is configured
        std::map<std::uint32_t, std::string> told_too_narrow;
    };

    static void tell(std::uint32_t slot, Entry& entry, const paths::PathTable& paths, events::Events& events);

    std::map<std::uint32_t, Entry> entries_;  ///< by tunnel slot
    std::map<std::uint32_t, std::uint16_t> ordered_before_;
};

}  // namespace ropewalk::control::policy
