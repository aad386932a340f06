#include "dataplane/eal/packet_port.hpp"

#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "dataplane/eal/device_features.hpp"
#include "dataplane/eal/fanout_program.hpp"
#include "dataplane/eal/joined_burst.hpp"
#include "dataplane/packet/headers.hpp"

namespace ropewalk::dataplane::eal {

using config::region::FileDescriptor;
using config::region::PortRecord;

namespace {

constexpr std::uint16_t ip_at = sizeof(packet::EthernetHeader);
/// Frames wait here while the worker is not on its CPU: some thousands of them.
constexpr int receive_memory = 32 << 20, send_memory = 8 << 20;
/// Linux 6.0, newer than the headers of Debian 12.
constexpr int fanout_ignores_outgoing = 0x4000;
/// As Linux lets a UDP sender do.
constexpr std::uint16_t most_segments = 64;

template <class Value>
bool set(const FileDescriptor& socket, int level, int option, const Value& value) {
    return ::setsockopt(socket.number(), level, option, &value, sizeof value) == 0;
}

/// With protocol 0 nothing is received.
bool bind(const FileDescriptor& socket, const PortRecord& record, std::uint16_t protocol) {
    sockaddr_ll place{};
    place.sll_family = AF_PACKET;
    place.sll_protocol = __builtin_bswap16(protocol);
    place.sll_ifindex = static_cast<int>(if_nametoindex(record.device.data()));
    return ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0;
}

}  // namespace

Result<PacketPort> PacketPort::open(const PortRecord& record, rte_mempool* pool) {
    const std::string interface = record.device.data();
    const auto refuse = [&](const char* step) {
        return fail(
            fmt::format("ports.{}: {} '{}' failed: {}", record.name.data(), step, interface, std::strerror(errno)));
    };
    FileDescriptor socket(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    constexpr int on = 1;
    // What the kernel itself sends there is none of ours.
    if (!socket || !set(socket, SOL_PACKET, PACKET_VNET_HDR, on) ||
        !set(socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, on) || !set(socket, SOL_PACKET, PACKET_QDISC_BYPASS, on))
        return refuse("opening a packet socket for");
    set(socket, SOL_SOCKET, SO_RCVBUFFORCE, receive_memory);
    set(socket, SOL_SOCKET, SO_SNDBUFFORCE, send_memory);

    ifreq request{};
    interface.copy(request.ifr_name, sizeof request.ifr_name - 1);
    if (::ioctl(socket.number(), SIOCGIFHWADDR, &request) != 0) return refuse("asking for the address of");
    std::array<std::uint8_t, 6> address;
    std::memcpy(address.data(), request.ifr_hwaddr.sa_data, address.size());
    const bool joins = linux_takes_joined_datagrams() && device_cuts_datagrams(socket, interface);

    if (!bind(socket, record, 0)) return refuse("binding a packet socket to");
    return PacketPort(std::move(socket), address, joins, pool);
}

Result<void> PacketPort::receive_on(const PortRecord& record, std::span<const PacketPort> queues) {
    const auto refuse = [&](const char* step) {
        return fail(fmt::format("ports.{}: {} '{}' failed: {}", record.name.data(), step, record.device.data(),
                                std::strerror(errno)));
    };
    // The first member of a group that does not exist yet is given a number for it.
    int group = (PACKET_FANOUT_CBPF | PACKET_FANOUT_FLAG_UNIQUEID | fanout_ignores_outgoing) << 16;
    for (const PacketPort& queue : queues) {
        if (!bind(queue.socket_, record, ETH_P_ALL)) return refuse("receiving from");
        if (queues.size() == 1) continue;
        if (!set(queue.socket_, SOL_PACKET, PACKET_FANOUT, group)) return refuse("sharing out the flows of");
        socklen_t size = sizeof group;
        if (&queue == &queues.front() &&
            ::getsockopt(queue.socket_.number(), SOL_PACKET, PACKET_FANOUT, &group, &size) != 0)
            return refuse("sharing out the flows of");
        group &= ~(PACKET_FANOUT_FLAG_UNIQUEID << 16);
    }
    if (queues.size() > 1 && !steer(queues, {})) return refuse("sharing out the flows of");
    return {};
}

Result<void> PacketPort::steer(std::span<const PacketPort> queues, std::span<const SteeringRule> rules) {
    auto program = fanout_program(rules);
    if (program.size() > BPF_MAXINSNS)
        return fail(fmt::format("{} rules make a program of {} instructions; Linux allows {}", rules.size(),
                                program.size(), BPF_MAXINSNS));
    const sock_fprog whole{static_cast<unsigned short>(program.size()), program.data()};
    // The group has one program, whichever member it is given by.
    if (!set(queues.front().socket_, SOL_PACKET, PACKET_FANOUT_DATA, whole)) return fail(std::strerror(errno));
    return {};
}

PacketPort::PacketPort(FileDescriptor socket, std::array<std::uint8_t, 6> address, bool joins, rte_mempool* pool)
    : socket_(std::move(socket)),
      address_(address),
      joins_(joins),
      pool_(pool),
      largest_segment_(static_cast<std::uint16_t>(rte_pktmbuf_data_room_size(pool) - RTE_PKTMBUF_HEADROOM)),
      arrivals_(std::make_unique<Arrivals>()),
      coalescer_({ip_at, false, joins, true, most_segments}) {
    Arrivals& arrivals = *arrivals_;
    for (unsigned i = 0; i < frames_a_call; ++i) {
        arrivals.parts[i] = {&arrivals.frames[i], sizeof(KernelPacket)};
        arrivals.messages[i].msg_hdr.msg_iov = &arrivals.parts[i];
        arrivals.messages[i].msg_hdr.msg_iovlen = 1;
    }
}

/// False when there are none.
bool PacketPort::receive_frames() {
    Arrivals& arrivals = *arrivals_;
    // Joined ones are large: few at a time, so that they are cut while they are in the cache.
    const unsigned wanted = arrivals.were_uncut ? uncut_a_call : frames_a_call;
    const int got = ::recvmmsg(socket_.number(), arrivals.messages.data(), wanted, MSG_DONTWAIT, nullptr);
    arrivals.next = 0;
    arrivals.count = got > 0 ? static_cast<unsigned>(got) : 0;
    arrivals.were_uncut = false;
    return got > 0;
}

/// Turns to the next frame of the call.
void PacketPort::begin_frame() {
    Arrivals& arrivals = *arrivals_;
    const std::size_t size = arrivals.messages[arrivals.next].msg_len;
    KernelPacket& frame = arrivals.frames[arrivals.next++];
    waiting_ = size - std::min(size, sizeof(OffloadHeader));
    // What is not UDP cannot be a copy, and ends as not_for_us, however much of it there is.
    if (frame.header.gso_type != OffloadHeader::udp_datagrams) return;
    arrivals.were_uncut = true;
    cutting_ = SuperPacket::read(frame.header, {frame.bytes.data(), waiting_}, ip_at, largest_segment_);
}

std::uint16_t PacketPort::receive(rte_mbuf** mbufs, std::uint16_t count) {
    Arrivals& arrivals = *arrivals_;
    std::uint16_t received = 0;
    while (received < count) {
        if (waiting_ == 0) {
            if (arrivals.next == arrivals.count && !receive_frames()) break;
            begin_frame();
            continue;
        }
        rte_mbuf* mbuf = rte_pktmbuf_alloc(pool_);
        if (mbuf == nullptr) break;
        if (cutting_)
            cut_to(*mbuf, cutting_, SegmentChecksum::left_out);
        else
            arrivals.frames[arrivals.next - 1].copy_to(*mbuf, waiting_);
        if (!cutting_) waiting_ = 0;
        mbufs[received++] = mbuf;
    }
    return received;
}

std::uint16_t PacketPort::send(rte_mbuf** mbufs, std::uint16_t count) {
    const std::span<packet::Packet* const> packets(reinterpret_cast<packet::Packet**>(mbufs),
                                                   std::min(count, Coalescer::most_packets));
    const auto groups = coalescer_.plan(packets);
    std::array<OffloadHeader, Coalescer::most_packets> headers;
    std::array<iovec, 2 * Coalescer::most_packets> parts;
    std::array<mmsghdr, Coalescer::most_packets> messages;
    unsigned used = 0;
    for (unsigned i = 0; i < groups.size(); ++i) {
        const Coalescer::Group& group = groups[i];
        headers[i] = coalescer_.finish(group, packets);
        messages[i] = {};
        messages[i].msg_hdr.msg_iov = &parts[used];
        messages[i].msg_hdr.msg_iovlen = 1U + group.count;
        parts[used++] = {&headers[i], sizeof(OffloadHeader)};
        parts[used++] = {packets[group.first]->data(), packets[group.first]->size()};
        for (std::uint16_t at = group.first; at != group.last;) {
            at = coalescer_.next(at);
            parts[used++] = {packets[at]->data() + group.headers,
                             static_cast<std::size_t>(packets[at]->size() - group.headers)};
        }
    }
    JoinedBurst burst(coalescer_, mbufs);
    for (std::size_t at = 0; at < groups.size();) {
        const int sent =
            ::sendmmsg(socket_.number(), &messages[at], static_cast<unsigned>(groups.size() - at), MSG_DONTWAIT);
        for (int i = 0; i < sent; ++i) burst.taken(groups[at++]);
        // Whatever is wrong with one, such as its size, the next may be taken.
        if (sent > 0) continue;
        if (errno == EMSGSIZE)
            burst.refused_for_good(groups[at++], packet::Refusal::too_big);
        else
            burst.refused(groups[at++]);
    }
    return burst.settle();
}

const char* PacketPort::way() const {
    return joins_ ? "copies of a path leave joined and the device cuts them, so their UDP checksums are computed"
                  : "copies leave frame by frame: the device does not cut UDP (tx-udp-segmentation), or Linux is older "
                    "than 6.2";
}

}  // namespace ropewalk::dataplane::eal
