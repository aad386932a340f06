#include "dataplane/eal/packet_socket.hpp"

#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "dataplane/eal/device_features.hpp"
#include "dataplane/eal/fanout_program.hpp"
#include "dataplane/eal/frame_filter.hpp"
#include "dataplane/eal/kernel_trial.hpp"

namespace ropewalk::dataplane::eal {

using config::region::FileDescriptor;
using config::region::PortRecord;

namespace {

/// Frames wait here while the worker is not on its CPU: some thousands of them.
constexpr int receive_memory = 32 << 20, send_memory = 8 << 20;
/// Linux 6.0, newer than the headers of Debian 12.
constexpr int fanout_ignores_outgoing = 0x4000;

template <class Value>
bool set(const FileDescriptor& socket, int level, int option, const Value& value) {
    return ::setsockopt(socket.number(), level, option, &value, sizeof value) == 0;
}

FileDescriptor packet_socket() {
    return FileDescriptor(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

/// With protocol 0 nothing is received.
bool bind(const FileDescriptor& socket, unsigned interface, std::uint16_t protocol) {
    sockaddr_ll place{};
    place.sll_family = AF_PACKET;
    place.sll_protocol = __builtin_bswap16(protocol);
    place.sll_ifindex = static_cast<int>(interface);
    return ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0;
}

tl::unexpected<Error> refusal(const PortRecord& record, const char* step) {
    return fail(fmt::format("ports.{}: {} '{}' failed: {}", record.name.data(), step, record.device.data(),
                            std::strerror(errno)));
}

Result<FileDescriptor> open_one(const PortRecord& record, unsigned interface) {
    FileDescriptor socket = packet_socket();
    constexpr int on = 1;
    // What the kernel itself sends there is none of ours.
    if (!socket || !set(socket, SOL_PACKET, PACKET_VNET_HDR, on) ||
        !set(socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, on) || !set(socket, SOL_PACKET, PACKET_QDISC_BYPASS, on))
        return refusal(record, "opening a packet socket for");
    set(socket, SOL_SOCKET, SO_RCVBUFFORCE, receive_memory);
    set(socket, SOL_SOCKET, SO_SNDBUFFORCE, send_memory);
    if (!bind(socket, interface, 0)) return refusal(record, "binding a packet socket to");
    return socket;
}

Result<void> receive_on(const PortRecord& record, unsigned interface, std::span<const FileDescriptor> sockets) {
    // The first member of a group that does not exist yet is given a number for it.
    int group = (PACKET_FANOUT_CBPF | PACKET_FANOUT_FLAG_UNIQUEID | fanout_ignores_outgoing) << 16;
    for (const FileDescriptor& socket : sockets) {
        if (!bind(socket, interface, ETH_P_ALL)) return refusal(record, "receiving from");
        if (sockets.size() == 1) continue;
        if (!set(socket, SOL_PACKET, PACKET_FANOUT, group)) return refusal(record, "sharing out the flows of");
        socklen_t size = sizeof group;
        if (&socket == &sockets.front() && ::getsockopt(socket.number(), SOL_PACKET, PACKET_FANOUT, &group, &size) != 0)
            return refusal(record, "sharing out the flows of");
        group &= ~(PACKET_FANOUT_FLAG_UNIQUEID << 16);
    }
    if (sockets.size() > 1 && !steer(sockets.front(), {})) return refusal(record, "sharing out the flows of");
    return {};
}

}  // namespace

Result<FileDescriptor> idle_packet_socket() {
    FileDescriptor socket = packet_socket();
    if (!socket) return fail(fmt::format("opening a packet socket failed: {}", std::strerror(errno)));
    return socket;
}

Result<PacketSockets> open_packet_sockets(const PortRecord& record, std::uint16_t count, std::uint16_t receiving) {
    const std::string name = record.device.data();
    const unsigned interface = if_nametoindex(name.c_str());
    if (interface == 0) return refusal(record, "looking for");
    PacketSockets opened;
    for (std::uint16_t i = 0; i < count; ++i) {
        auto socket = open_one(record, interface);
        if (!socket) return tl::make_unexpected(socket.error());
        opened.sockets.push_back(std::move(*socket));
    }
    opened.joining = decide_joining({.wanted = record.joined,
                                     .linux_takes_joined = linux_takes_joined_datagrams(),
                                     .device_cuts = device_cuts_datagrams(opened.sockets.front(), name)},
                                    try_cutting_of_this_kernel);
    if (auto receives = receive_on(record, interface, std::span(opened.sockets).first(receiving)); !receives)
        return tl::make_unexpected(receives.error());
    return opened;
}

Result<void> steer(const FileDescriptor& member, std::span<const SteeringRule> rules) {
    auto program = fanout_program(rules);
    if (program.size() > BPF_MAXINSNS)
        return fail(fmt::format("{} rules make a program of {} instructions; Linux allows {}", rules.size(),
                                program.size(), BPF_MAXINSNS));
    const sock_fprog whole{static_cast<unsigned short>(program.size()), program.data()};
    // The group has one program, whichever member it is given by.
    if (!set(member, SOL_PACKET, PACKET_FANOUT_DATA, whole)) return fail(std::strerror(errno));
    return {};
}

Result<void> expect(const FileDescriptor& socket, std::span<const UdpPorts> ports) {
    auto program = frame_filter(ports);
    const sock_fprog whole{static_cast<unsigned short>(program.size()), program.data()};
    if (!set(socket, SOL_SOCKET, SO_ATTACH_FILTER, whole)) return fail(std::strerror(errno));
    return {};
}

std::uint64_t take_missed(const FileDescriptor& socket) {
    tpacket_stats statistics{};
    socklen_t size = sizeof statistics;
    // The kernel begins at zero again with every question.
    if (::getsockopt(socket.number(), SOL_PACKET, PACKET_STATISTICS, &statistics, &size) != 0) return 0;
    return statistics.tp_drops;
}

void drop_everything(const FileDescriptor& socket) {
    sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
    const sock_fprog program{1, &nothing};
    set(socket, SOL_SOCKET, SO_ATTACH_FILTER, program);
}

unsigned interface_of(const FileDescriptor& socket) {
    sockaddr_ll place{};
    socklen_t size = sizeof place;
    const bool is_told = ::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&place), &size) == 0;
    return is_told && place.sll_ifindex > 0 ? static_cast<unsigned>(place.sll_ifindex) : 0;
}

}  // namespace ropewalk::dataplane::eal
