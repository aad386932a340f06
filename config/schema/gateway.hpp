#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/codes.hpp"
#include "config/schema/port.hpp"
#include "config/schema/prefix.hpp"
#include "config/schema/telling.hpp"
#include "config/schema/tunnel.hpp"
#include "config/schema/units.hpp"

namespace ropewalk::config::schema {

/// The dataplane process; read once at its start.
struct Dataplane {
    std::uint16_t workers = 1;
    /// CPU of each worker; empty lets the dataplane place them.
    std::vector<std::uint16_t> worker_cpus;
    /// Packet memory for the whole process.
    Bytes memory{128ULL << 20};
    Hugepages hugepages = Hugepages::automatic;
    IdleMode idle = IdleMode::adaptive;
    /// The longest that packets may wait for a worker that stands still, such as in a stopped process.
    Duration max_age = std::chrono::seconds(2);
    /// Escape hatch: passed to rte_eal_init after our own arguments.
    std::vector<std::string> eal_args;
    auto operator<=>(const Dataplane&) const = default;
};

/// The users' side: a kernel interface that the dataplane makes, or a port behind which the users' router is.
struct Inside {
    std::string interface = "rw0";  ///< empty with `port`
    std::string port = {};          ///< one of the gateway's ports; empty: the kernel interface
    /// With `port`: the Ethernet address that its frames go to.
    std::optional<MacAddress> next_hop = {};
    std::vector<Prefix> addresses = {};
    /// Absent: the largest that fits every path, and the port.
    std::optional<Bytes> mtu = {};
    auto operator<=>(const Inside&) const = default;
};

/// One whole YAML file.
struct Gateway {
    std::string name;
    /// Where sequence numbers are kept that must outlive a reboot.
    std::string state_dir = "/var/lib/ropewalk";
    Dataplane dataplane;
    std::vector<Port> ports;
    Inside inside;
    std::vector<Tunnel> tunnels;
    Metrics metrics;
    Events events;
    auto operator<=>(const Gateway&) const = default;
};

/// The port of that name, or nullptr.
inline const Port* find_port(const Gateway& gateway, std::string_view name) {
    const auto found = std::ranges::find(gateway.ports, name, &Port::name);
    return found == gateway.ports.end() ? nullptr : &*found;
}

/// The port of the users' side, or nullptr where that is a kernel interface.
inline const Port* find_inside_port(const Gateway& gateway) {
    return gateway.inside.port.empty() ? nullptr : find_port(gateway, gateway.inside.port);
}

/// Largest outer IP packet of a path: its own MTU, else its port's, else Ethernet's.
inline Bytes mtu_of(const Path& path, const Gateway& gateway) {
    if (path.mtu) return *path.mtu;
    const Port* const port = find_port(gateway, path.port);
    return port != nullptr ? port->mtu : Bytes{1500};
}

}  // namespace ropewalk::config::schema
