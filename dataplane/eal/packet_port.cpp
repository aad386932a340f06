#include "dataplane/eal/packet_port.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <span>
#include <utility>

#include "dataplane/eal/joined_burst.hpp"
#include "dataplane/eal/packet_socket.hpp"
#include "dataplane/packet/headers.hpp"

namespace ropewalk::dataplane::eal {

using config::region::FileDescriptor;

namespace {

constexpr std::uint16_t ip_at = sizeof(packet::EthernetHeader);
/// As Linux lets a UDP sender do.
constexpr std::uint16_t most_segments = 64;

Coalescer coalescer_for(PacketPort::Crossing crossing) {
    return Coalescer({ip_at, false, crossing == PacketPort::Crossing::joined, true, most_segments});
}

}  // namespace

PacketPort::PacketPort(FileDescriptor idle, rte_mempool* pool)
    : socket_(std::move(idle)),
      pool_(pool),
      largest_segment_(static_cast<std::uint16_t>(rte_pktmbuf_data_room_size(pool) - RTE_PKTMBUF_HEADROOM)),
      arrivals_(std::make_unique<Arrivals>()),
      coalescer_(coalescer_for(followed_)) {
    Arrivals& arrivals = *arrivals_;
    for (unsigned i = 0; i < frames_a_call; ++i) {
        arrivals.parts[i] = {&arrivals.frames[i], sizeof(KernelPacket)};
        arrivals.messages[i].msg_hdr.msg_iov = &arrivals.parts[i];
        arrivals.messages[i].msg_hdr.msg_iovlen = 1;
    }
}

bool PacketPort::take_up(FileDescriptor socket, Crossing crossing) {
    if (::dup3(socket.number(), socket_.number(), O_CLOEXEC) < 0) return false;
    crossing_.store(crossing, std::memory_order_release);
    return true;
}

void PacketPort::let_go() {
    crossing_.store(Crossing::none, std::memory_order_release);
    drop_everything(socket_);
}

void PacketPort::follow(Crossing crossing) {
    if (crossing == followed_) [[likely]]
        return;
    followed_ = crossing;
    coalescer_ = coalescer_for(crossing);
}

/// False when there are none.
bool PacketPort::receive_frames() {
    if (crossing_.load(std::memory_order_acquire) == Crossing::none) return false;
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
    const Crossing crossing = crossing_.load(std::memory_order_acquire);
    if (crossing == Crossing::none) return 0;
    follow(crossing);
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

}  // namespace ropewalk::dataplane::eal
