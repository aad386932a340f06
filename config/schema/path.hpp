#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "config/codes.hpp"
#include "config/schema/endpoint.hpp"
#include "config/schema/mac_address.hpp"
#include "config/schema/units.hpp"

namespace ropewalk::config::schema {

/// One way through the WAN between two gateways, identified by its id on both ends.
struct Path {
    std::string name;
    /// 1 to 255, the same on both gateways; by default the position in the list, from 1.
    std::uint8_t id = 0;
    std::string port;
    Endpoint local;
    Endpoint peer;
    /// Largest outer IP packet this path carries; the port's MTU when absent.
    std::optional<Bytes> mtu;
    /// Whether that is found out by probes where it is less.
    MtuProbing mtu_probing = MtuProbing::automatic;
    /// Whether it costs by the byte, and carries only where no other is fit.
    Metered metered = Metered::no;
    /// Capacity, if the operator knows it; sizes the window.
    std::optional<BitsPerSecond> rate;
    /// Fixed next hop, for ports the kernel does not see; otherwise control asks the kernel's routes and neighbours.
    std::optional<MacAddress> next_hop;
    /// Of the outer headers (RFC 2983); absent: the inner packet's.
    std::optional<std::uint8_t> dscp;
    /// docs/decisions/012-udp-checksum.md
    UdpChecksum udp_checksum = UdpChecksum::computed;
    auto operator<=>(const Path&) const = default;
};

}  // namespace ropewalk::config::schema
