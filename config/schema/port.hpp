#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/codes.hpp"
#include "config/schema/mac_address.hpp"
#include "config/schema/units.hpp"

namespace ropewalk::config::schema {

/// One DPDK ethdev, on the WAN side or the inside.
struct Port {
    std::string name;
    PortDriver driver = PortDriver::af_packet;
    /// PCI address for pci, kernel interface for af_packet, af_xdp and tap, socket path for memif, empty for null.
    std::string device;
    Bytes mtu{1500};
    /// memif only. YAML `role: server | client`.
    MemifRole memif_role = MemifRole::client;
    /// The worker of each receive queue; empty: one queue for each worker, as far as the device has them.
    std::vector<std::uint16_t> queues = {};
    Spread spread = Spread::automatic;
    /// af_packet only.
    Joined joined = Joined::automatic;
    /// memif only, which has no Ethernet address of its own: absent, a random one at each start.
    std::optional<MacAddress> mac = {};
    auto operator<=>(const Port&) const = default;
};

}  // namespace ropewalk::config::schema
