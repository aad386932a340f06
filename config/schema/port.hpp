#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "config/schema/mac_address.hpp"
#include "config/schema/units.hpp"

namespace ropewalk::config::schema {

/// How a port is driven. `pci` is a NIC bound by dpdk-devbind; the others leave the interface with the kernel or need
/// none.
enum class PortDriver : std::uint8_t { pci = 1, af_packet, af_xdp, tap, memif, null };

/// One DPDK ethdev on the WAN side.
struct Port {
    std::string name;
    PortDriver driver = PortDriver::af_packet;
    /// PCI address for pci, kernel interface for af_packet, af_xdp and tap, socket path for memif, empty for null.
    std::string device;
    Bytes mtu{1500};
    /// memif only: true when this end creates the socket. YAML `role: server | client`.
    enum class MemifRole : std::uint8_t { client, server } memif_role = MemifRole::client;
    auto operator<=>(const Port&) const = default;
};

}  // namespace ropewalk::config::schema
