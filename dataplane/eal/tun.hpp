#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <rte_mbuf.h>

#include "config/region/file_descriptor.hpp"
#include "config/result.hpp"
#include "dataplane/eal/burst_port.hpp"
#include "dataplane/eal/coalescer.hpp"
#include "dataplane/eal/kernel_packet.hpp"

namespace ropewalk::dataplane::eal {

/// One worker's queue of the kernel interface on the users' side. Where the kernel can, TCP segments and UDP datagrams
/// cross by the dozen in one system call: those from the kernel are cut here, those for it joined, so that the
/// worker sees single packets either way (docs/decisions/005-kernel.md).
class TunQueue {
public:
    /// What the kernel offers to hand over uncut, and takes.
    enum class Offload : std::uint8_t { none, tcp, tcp_and_udp };

    TunQueue(config::region::FileDescriptor file, Offload offload, rte_mempool* pool);

    std::uint16_t receive(rte_mbuf** mbufs, std::uint16_t count);
    std::uint16_t send(rte_mbuf** mbufs, std::uint16_t count);

private:
    bool read_packet();
    bool write(const Coalescer::Group& group, rte_mbuf** mbufs);

    config::region::FileDescriptor file_;
    Offload offload_;
    rte_mempool* pool_;
    std::uint16_t largest_segment_;
    std::unique_ptr<KernelPacket> packet_;
    /// Bytes of the packet that was read and is to be handed out, or 0.
    std::size_t waiting_ = 0;
    std::optional<SuperPacket> cutting_;
    Coalescer coalescer_;
};

/// The kernel interface on the users' side: made here, gone with this process. IP packets without any header before
/// them. DPDK's own tun driver sends nothing above 1522 bytes (docs/decisions/001-tun.md).
class Tun {
public:
    /// One queue a worker. Fails when an interface of this name exists already. `pool` must outlive it.
    static Result<Tun> open(const std::string& interface, unsigned queues, rte_mempool* pool);

    /// Burst calls for one worker; `this` must not be destroyed while they are used.
    BurstPort burst_port(unsigned queue) { return BurstPort::of(*queues_[queue]); }

    /// One sentence for the log.
    const char* way() const;
    /// And one that says which queue a flow takes.
    const char* flows() const;

private:
    enum class Flows : std::uint8_t { one_queue, steered, as_kernel_likes };

    Tun(std::vector<std::unique_ptr<TunQueue>> queues, TunQueue::Offload offload, Flows flows)
        : queues_(std::move(queues)), offload_(offload), flows_(flows) {}

    std::vector<std::unique_ptr<TunQueue>> queues_;
    TunQueue::Offload offload_;
    Flows flows_;
};

}  // namespace ropewalk::dataplane::eal
