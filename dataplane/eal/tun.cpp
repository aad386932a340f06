#include "dataplane/eal/tun.hpp"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "dataplane/eal/joined_burst.hpp"

namespace ropewalk::dataplane::eal {

using config::snapshot::FileDescriptor;
using Offload = TunQueue::Offload;

namespace {

/// Linux 6.2, newer than the headers of Debian 12.
constexpr unsigned take_udp_v4 = 0x20, take_udp_v6 = 0x40;
constexpr unsigned take_tcp = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;

/// What the kernel keeps while the worker is not on its CPU; the usual 500 are gone in 3 ms at 170,000 a second.
constexpr int transmit_queue_packets = 2000;

/// As Linux lets a UDP sender do; beyond this little is saved.
constexpr std::uint16_t most_segments = 64;

Offload offer(const FileDescriptor& file) {
    if (::ioctl(file.number(), TUNSETOFFLOAD, take_tcp | take_udp_v4 | take_udp_v6) == 0) return Offload::tcp_and_udp;
    return ::ioctl(file.number(), TUNSETOFFLOAD, take_tcp) == 0 ? Offload::tcp : Offload::none;
}

Result<FileDescriptor> attach(const std::string& interface, int flags) {
    FileDescriptor file(::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
    if (file.number() < 0)
        return fail(fmt::format("inside.interface: /dev/net/tun: {}; the kernel needs its tun module (modprobe tun)",
                                std::strerror(errno)));
    ifreq request{};
    interface.copy(request.ifr_name, sizeof request.ifr_name - 1);
    request.ifr_flags = static_cast<short>(flags);
    if (::ioctl(file.number(), TUNSETIFF, &request) != 0)
        return fail(fmt::format("inside.interface: could not make '{}': {}", interface, std::strerror(errno)));
    return file;
}

/// Best effort: a shorter queue only loses more when the machine is short of CPUs.
void lengthen_queue(const std::string& interface) {
    const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    interface.copy(request.ifr_name, sizeof request.ifr_name - 1);
    request.ifr_qlen = transmit_queue_packets;
    ::ioctl(socket.number(), SIOCSIFTXQLEN, &request);
}

}  // namespace

TunQueue::TunQueue(FileDescriptor file, Offload offload, rte_mempool* pool)
    : file_(std::move(file)),
      offload_(offload),
      pool_(pool),
      uncut_(std::make_unique<UncutBuffer>()),
      coalescer_({0, offload != Offload::none, offload == Offload::tcp_and_udp, false, most_segments}) {}

/// Leaves a packet in `next_` or begins cutting one; false when there is none, or no buffer.
bool TunQueue::read_next() {
    if (!next_) next_.reset(rte_pktmbuf_alloc(pool_));
    if (!next_) return false;
    const auto room =
        static_cast<std::uint16_t>(std::min<std::size_t>(next_->buf_len - next_->data_off, UncutBuffer::most_in_front));
    auto* data = rte_pktmbuf_mtod(next_.get(), std::uint8_t*);
    OffloadHeader header{};
    const std::array<iovec, 3> parts{{{&header, sizeof header}, {data, room}, uncut_->rest()}};
    const bool has_header = offload_ != Offload::none;
    const ssize_t got = has_header ? ::readv(file_.number(), parts.data(), 3) : ::read(file_.number(), data, room);
    const ssize_t size = got - static_cast<ssize_t>(has_header ? sizeof header : 0);
    if (size <= 0) return false;
    const auto in_buffer = static_cast<std::uint16_t>(std::min<ssize_t>(size, room));
    next_->data_len = in_buffer;
    next_->pkt_len = in_buffer;
    if (header.gso_type != OffloadHeader::no_segments)
        take_uncut(header, static_cast<std::uint32_t>(size), room);
    else
        complete_checksum(header, {data, in_buffer});
    return true;
}

/// One that cannot be cut stays in `next_` as far as it fits there, and ends as inner_malformed.
void TunQueue::take_uncut(const OffloadHeader& header, std::uint32_t size, std::uint16_t room) {
    const std::span front(rte_pktmbuf_mtod(next_.get(), const std::uint8_t*), next_->data_len);
    cutting_ = SuperPacket::read(header, uncut_->whole(front, size), 0, room);
}

std::uint16_t TunQueue::receive(rte_mbuf** mbufs, std::uint16_t count) {
    std::uint16_t received = 0;
    while (received < count) {
        if (!cutting_) {
            if (!read_next()) break;
            if (!cutting_) mbufs[received++] = next_.release();
            continue;
        }
        if (!next_) next_.reset(rte_pktmbuf_alloc(pool_));
        if (!next_) break;
        next_->data_len = cutting_->cut(rte_pktmbuf_mtod(next_.get(), std::uint8_t*), SegmentChecksum::computed);
        next_->pkt_len = next_->data_len;
        mbufs[received++] = next_.release();
        if (cutting_->is_done()) cutting_.reset();
    }
    return received;
}

bool TunQueue::write(const Coalescer::Group& group, rte_mbuf** mbufs) {
    const std::span<packet::Packet* const> packets(reinterpret_cast<packet::Packet**>(mbufs), Coalescer::most_packets);
    OffloadHeader header = coalescer_.finish(group, packets);
    std::array<iovec, most_segments + 1> parts;
    parts[0] = {&header, sizeof header};
    parts[1] = {packets[group.first]->data(), packets[group.first]->size()};
    int count = 2;
    for (std::uint16_t i = group.first; i != group.last; ++count) {
        i = coalescer_.next(i);
        parts[static_cast<unsigned>(count)] = {packets[i]->data() + group.headers,
                                               static_cast<std::size_t>(packets[i]->size() - group.headers)};
    }
    if (offload_ == Offload::none) return ::writev(file_.number(), &parts[1], 1) >= 0;
    return ::writev(file_.number(), parts.data(), count) >= 0;
}

std::uint16_t TunQueue::send(rte_mbuf** mbufs, std::uint16_t count) {
    count = std::min(count, Coalescer::most_packets);
    const auto groups = coalescer_.plan({reinterpret_cast<packet::Packet**>(mbufs), count});
    JoinedBurst burst(coalescer_, mbufs);
    for (const Coalescer::Group& group : groups) write(group, mbufs) ? burst.taken(group) : burst.refused(group);
    return burst.settle();
}

Result<Tun> Tun::open(const std::string& interface, unsigned queues, rte_mempool* pool) {
    if (if_nametoindex(interface.c_str()) != 0)
        return fail(
            fmt::format("inside.interface: '{0}' exists already and is not ours; choose another name or remove it (ip "
                        "link del {0})",
                        interface));
    const int plain = IFF_TUN | IFF_NO_PI | (queues > 1 ? IFF_MULTI_QUEUE : 0);
    auto first = attach(interface, plain | IFF_VNET_HDR);
    if (!first) return tl::make_unexpected(first.error());
    const Offload offload = offer(*first);
    const int flags = plain | (offload == Offload::none ? 0 : IFF_VNET_HDR);
    std::vector<std::unique_ptr<TunQueue>> opened;
    if (offload == Offload::none) {
        first = FileDescriptor{};
        first = attach(interface, flags);
    }
    for (unsigned i = 0; i < queues; ++i) {
        auto file = i == 0 ? std::move(first) : attach(interface, flags);
        if (!file) return tl::make_unexpected(file.error());
        opened.push_back(std::make_unique<TunQueue>(std::move(*file), offload, pool));
    }
    lengthen_queue(interface);
    return Tun(std::move(opened), offload);
}

const char* Tun::way() const {
    switch (offload_) {
        case Offload::tcp_and_udp:
            return "TCP and UDP cross joined, many packets a system call";
        case Offload::tcp:
            return "TCP crosses joined, many packets a system call; UDP packet by packet (Linux before 6.2)";
        case Offload::none:
            return "packet by packet, because this kernel's tun offers no segmentation";
    }
    return "";
}

}  // namespace ropewalk::dataplane::eal
