#pragma once

#include <span>

#include "dataplane/eal/packet_program.hpp"
#include "dataplane/eal/udp_ports.hpp"

namespace ropewalk::dataplane::eal {

/// A filter for packet sockets (SO_ATTACH_FILTER, classic BPF over whole frames): lets UDP datagrams over IPv4 or IPv6
/// pass that are for one of `ports`, untagged and for this host's Ethernet address. First fragments of such datagrams
/// pass, too, so that they are counted; the others of a fragmented one name no port and do not. Addresses are not
/// looked at: the packet path does, and names what is wrong. With more ports than a program of the kernel has room for
/// (BPF_MAXINSNS) all such UDP passes.
PacketProgram frame_filter(std::span<const UdpPorts> ports);

}  // namespace ropewalk::dataplane::eal
