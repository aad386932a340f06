#include "tests/lab/wanem/packet_socket.hpp"

#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace ropewalk::tests::lab::wanem {

using config::region::FileDescriptor;

namespace {

/// A frame of any interface, and what a sender with GSO takes for one.
constexpr std::size_t buffer_size = 66'000;
/// A quarter of a second of 1400-byte frames at 200 Mbit/s is 4500 of them, and a kernel buffer takes more than a
/// frame.
constexpr int receive_memory = 32 << 20, send_memory = 8 << 20;
/// An Ethernet header with a VLAN tag.
constexpr std::size_t longest_header = 18;

tl::unexpected<Error> refusal(const std::string& interface, const char* what) {
    return fail(
        fmt::format("interface '{}': {}: {}; packet sockets need root and an interface of this network namespace",
                    interface, what, std::strerror(errno)));
}

template <class Value>
bool set(const FileDescriptor& socket, int level, int option, const Value& value) {
    return ::setsockopt(socket.number(), level, option, &value, sizeof value) == 0;
}

bool prepare(const FileDescriptor& socket, int index) {
    constexpr int on = 1;
    const packet_mreq all{index, PACKET_MR_PROMISC, 0, {}};
    // What the socket itself sends must not come back as received.
    return set(socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, on) && set(socket, SOL_PACKET, PACKET_AUXDATA, on) &&
           set(socket, SOL_PACKET, PACKET_QDISC_BYPASS, on) && set(socket, SOL_SOCKET, SO_TIMESTAMPNS, on) &&
           set(socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, all);
}

/// More than the system's limit needs a privilege; what can be had without it will do for a slower line.
void enlarge(const FileDescriptor& socket) {
    if (!set(socket, SOL_SOCKET, SO_RCVBUFFORCE, receive_memory)) set(socket, SOL_SOCKET, SO_RCVBUF, receive_memory);
    if (!set(socket, SOL_SOCKET, SO_SNDBUFFORCE, send_memory)) set(socket, SOL_SOCKET, SO_SNDBUF, send_memory);
}

}  // namespace

struct PacketSocket::Buffers {
    /// Room for a timestamp and for tpacket_auxdata.
    using Control = std::array<char, 128>;

    std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(burst * buffer_size);
    std::array<Control, burst> control{};
    std::array<iovec, burst> parts{};
    std::array<mmsghdr, burst> messages{};
    std::array<Received, burst> received{};
};

Result<PacketSocket> PacketSocket::open(const std::string& interface) {
    const unsigned index = ::if_nametoindex(interface.c_str());
    if (index == 0) return refusal(interface, "not found");
    FileDescriptor socket(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket || !prepare(socket, static_cast<int>(index))) return refusal(interface, "no packet socket");
    enlarge(socket);

    ifreq request{};
    interface.copy(request.ifr_name, sizeof request.ifr_name - 1);
    if (::ioctl(socket.number(), SIOCGIFMTU, &request) != 0) return refusal(interface, "no MTU");
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = __builtin_bswap16(ETH_P_ALL);
    address.sll_ifindex = static_cast<int>(index);
    if (::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return refusal(interface, "cannot be bound to");
    }
    return PacketSocket(std::move(socket), interface, index,
                        static_cast<std::size_t>(request.ifr_mtu) + longest_header);
}

PacketSocket::PacketSocket(FileDescriptor socket, std::string interface, unsigned index, std::size_t longest_frame)
    : socket_(std::move(socket)),
      interface_(std::move(interface)),
      index_(index),
      longest_frame_(longest_frame),
      buffers_(std::make_unique<Buffers>()) {}

PacketSocket::PacketSocket(PacketSocket&&) noexcept = default;
PacketSocket& PacketSocket::operator=(PacketSocket&&) noexcept = default;
PacketSocket::~PacketSocket() = default;

std::span<PacketSocket::Received> PacketSocket::receive() {
    Buffers& buffers = *buffers_;
    for (unsigned i = 0; i < burst; ++i) {
        buffers.parts[i] = {&buffers.bytes[i * buffer_size], buffer_size};
        msghdr& header = buffers.messages[i].msg_hdr;
        header = {};
        header.msg_iov = &buffers.parts[i];
        header.msg_iovlen = 1;
        header.msg_control = buffers.control[i].data();
        header.msg_controllen = buffers.control[i].size();
    }
    const int count = ::recvmmsg(socket_.number(), buffers.messages.data(), burst, MSG_DONTWAIT, nullptr);
    for (int i = 0; i < count; ++i) {
        const auto place = static_cast<std::size_t>(i);
        msghdr& header = buffers.messages[place].msg_hdr;
        Received& received = buffers.received[place];
        received = {{}, std::span(buffers.bytes).subspan(place * buffer_size, buffers.messages[place].msg_len), false};
        for (cmsghdr* item = CMSG_FIRSTHDR(&header); item != nullptr; item = CMSG_NXTHDR(&header, item)) {
            if (item->cmsg_level == SOL_SOCKET && item->cmsg_type == SO_TIMESTAMPNS) {
                timespec time{};
                std::memcpy(&time, CMSG_DATA(item), sizeof time);
                received.at = Clock::duration_of(time);
            } else if (item->cmsg_level == SOL_PACKET && item->cmsg_type == PACKET_AUXDATA) {
                tpacket_auxdata data{};
                std::memcpy(&data, CMSG_DATA(item), sizeof data);
                received.lacks_checksum = (data.tp_status & TP_STATUS_CSUMNOTREADY) != 0;
            }
        }
    }
    return std::span(buffers.received).first(count > 0 ? static_cast<std::size_t>(count) : 0);
}

Volume PacketSocket::send(std::span<const std::span<const std::uint8_t>> frames) {
    Buffers& buffers = *buffers_;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        buffers.parts[i] = {const_cast<std::uint8_t*>(frames[i].data()), frames[i].size()};
        msghdr& header = buffers.messages[i].msg_hdr;
        header = {};
        header.msg_iov = &buffers.parts[i];
        header.msg_iovlen = 1;
    }
    Volume taken;
    for (std::size_t at = 0; at < frames.size();) {
        const auto rest = static_cast<unsigned>(frames.size() - at);
        const int count = ::sendmmsg(socket_.number(), &buffers.messages[at], rest, MSG_DONTWAIT);
        for (int i = 0; i < count; ++i) taken.add(frames[at + static_cast<std::size_t>(i)].size());
        // The one that was refused is passed over.
        at += count > 0 ? static_cast<std::size_t>(count) : 1;
    }
    return taken;
}

std::uint64_t PacketSocket::take_dropped() {
    tpacket_stats statistics{};
    socklen_t size = sizeof statistics;
    if (::getsockopt(socket_.number(), SOL_PACKET, PACKET_STATISTICS, &statistics, &size) != 0) return 0;
    return statistics.tp_drops;
}

bool PacketSocket::is_there() const {
    std::array<char, IF_NAMESIZE> name{};
    return ::if_indextoname(index_, name.data()) != nullptr;
}

}  // namespace ropewalk::tests::lab::wanem
