#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "config/region/file_descriptor.hpp"
#include "config/region/records.hpp"
#include "config/result.hpp"
#include "dataplane/eal/joining.hpp"
#include "dataplane/eal/steering_rule.hpp"
#include "dataplane/eal/udp_ports.hpp"

namespace ropewalk::dataplane::eal {

/// A packet socket on no interface: nothing comes, and nothing can be sent.
Result<config::region::FileDescriptor> idle_packet_socket();

/// Packet sockets on the interface of a port.
struct PacketSockets {
    std::vector<config::region::FileDescriptor> sockets;
    Joining joining;
};

/// Opens so many on the interface that has the port's name now. Frames begin to arrive on the first `receiving` of
/// them, each flow on one; by the others one can only send.
Result<PacketSockets> open_packet_sockets(const config::region::PortRecord& record, std::uint16_t count,
                                          std::uint16_t receiving);

/// Of several sockets that receive together, among them `member`: datagrams by these rules, the rest by flow. Fails
/// when there are too many.
Result<void> steer(const config::region::FileDescriptor& member, std::span<const SteeringRule> rules);

/// From now on only datagrams for these UDP ports arrive on the socket.
Result<void> expect(const config::region::FileDescriptor& socket, std::span<const UdpPorts> ports);

/// Frames that the kernel dropped since the last call, because nobody had taken those before them. One system call.
std::uint64_t take_missed(const config::region::FileDescriptor& socket);

/// Nothing arrives on the socket from now on. Best effort.
void drop_everything(const config::region::FileDescriptor& socket);

/// The index of the interface that the socket is on; 0: none, or one that is gone.
unsigned interface_of(const config::region::FileDescriptor& socket);

}  // namespace ropewalk::dataplane::eal
