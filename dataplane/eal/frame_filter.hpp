#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

#include <linux/filter.h>

namespace ropewalk::dataplane::eal {

/// UDP ports in a row.
struct UdpPorts {
    std::uint16_t first;
    std::uint16_t last;  ///< inclusive, not below `first`
    auto operator<=>(const UdpPorts&) const = default;
};

/// Sorted, with those that touch each other made one.
std::vector<UdpPorts> merged(std::vector<UdpPorts> ports);

/// A filter for packet sockets (SO_ATTACH_FILTER, classic BPF over whole frames): lets UDP datagrams over IPv4 or IPv6
/// pass that are for one of `ports`, untagged and for this host's Ethernet address. First fragments of such datagrams
/// pass, too, so that they are counted; the others of a fragmented one name no port and do not. Addresses are not
/// looked at: the packet path does, and names what is wrong. With more ports than a program of the kernel has room for
/// (BPF_MAXINSNS) all such UDP passes.
std::vector<sock_filter> frame_filter(std::span<const UdpPorts> ports);

}  // namespace ropewalk::dataplane::eal
