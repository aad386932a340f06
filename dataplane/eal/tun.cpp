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

#include "dataplane/eal/flow_steering.hpp"
#include "dataplane/eal/joined_burst.hpp"

namespace ropewalk::dataplane::eal {

using config::region::FileDescriptor;
using Offload = TunQueue::Offload;

namespace {

/// Linux 6.2, newer than the headers of Debian 12.
constexpr unsigned take_udp_v4 = 0x20, take_udp_v6 = 0x40;
constexpr unsigned take_tcp = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;

/// What the kernel keeps while the worker is not on its CPU, which a virtual machine's may be for 20 ms: these last for
/// 13 ms at 300,000 a second. What users offer beyond what a worker takes waits as long, and may hold as many joined
/// packets of 64 KiB.
constexpr int transmit_queue_packets = 4000;

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
      largest_segment_(static_cast<std::uint16_t>(rte_pktmbuf_data_room_size(pool) - RTE_PKTMBUF_HEADROOM)),
      packet_(std::make_unique<KernelPacket>()),
      coalescer_({0, offload != Offload::none, offload == Offload::tcp_and_udp, false, most_segments}) {}

/// Leaves a packet to be handed out or cut; false when there is none.
bool TunQueue::read_packet() {
    KernelPacket& packet = *packet_;
    const bool has_header = offload_ != Offload::none;
    const ssize_t got = has_header ? ::read(file_.number(), &packet, sizeof packet)
                                   : ::read(file_.number(), packet.bytes.data(), packet.bytes.size());
    const ssize_t size = got - static_cast<ssize_t>(has_header ? sizeof packet.header : 0);
    if (size <= 0) return false;
    waiting_ = static_cast<std::size_t>(size);
    if (!has_header) return true;
    const std::span bytes(packet.bytes.data(), waiting_);
    // One that cannot be cut is handed out as it is, and ends as inner_malformed.
    if (packet.header.gso_type != OffloadHeader::no_segments)
        cutting_ = SuperPacket::read(packet.header, bytes, 0, largest_segment_);
    else
        complete_checksum(packet.header, bytes);
    return true;
}

std::uint16_t TunQueue::receive(rte_mbuf** mbufs, std::uint16_t count) {
    std::uint16_t received = 0;
    while (received < count && (cutting_ || waiting_ != 0 || read_packet())) {
        rte_mbuf* mbuf = rte_pktmbuf_alloc(pool_);
        if (mbuf == nullptr) break;
        if (cutting_)
            cut_to(*mbuf, cutting_, SegmentChecksum::computed);
        else
            packet_->copy_to(*mbuf, waiting_);
        if (!cutting_) waiting_ = 0;
        mbufs[received++] = mbuf;
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
    for (const Coalescer::Group& group : groups)
        if (write(group, mbufs))
            burst.taken(group);
        else
            burst.refused(group);
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
        if (!first) return tl::make_unexpected(first.error());
    }
    const Flows flows = queues == 1 ? Flows::one_queue : steer_flows(*first) ? Flows::steered : Flows::as_kernel_likes;
    for (unsigned i = 0; i < queues; ++i) {
        auto file = i == 0 ? std::move(first) : attach(interface, flags);
        if (!file) return tl::make_unexpected(file.error());
        opened.push_back(std::make_unique<TunQueue>(std::move(*file), offload, pool));
    }
    lengthen_queue(interface);
    return Tun(std::move(opened), offload, flows);
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

const char* Tun::flows() const {
    switch (flows_) {
        case Flows::one_queue:
            return "one queue";
        case Flows::steered:
            return "a queue for each worker, a flow always by the same";
        case Flows::as_kernel_likes:
            return "a queue for each worker; this kernel moves flows between them (it takes no program to choose), so "
                   "that "
                   "packets of a flow may overtake each other";
    }
    return "";
}

}  // namespace ropewalk::dataplane::eal
