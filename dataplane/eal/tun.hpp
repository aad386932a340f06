#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <rte_mbuf.h>

#include "config/result.hpp"
#include "config/snapshot/file_descriptor.hpp"
#include "dataplane/eal/inside_port.hpp"

namespace ropewalk::dataplane::eal {

/// One worker's queue of the kernel interface on the users' side.
class TunQueue {
public:
    TunQueue(config::snapshot::FileDescriptor file, rte_mempool* pool) : file_(std::move(file)), pool_(pool) {}

    std::uint16_t receive(rte_mbuf** mbufs, std::uint16_t count);
    std::uint16_t send(rte_mbuf** mbufs, std::uint16_t count);

private:
    struct Free {
        void operator()(rte_mbuf* mbuf) const { rte_pktmbuf_free(mbuf); }
    };

    config::snapshot::FileDescriptor file_;
    rte_mempool* pool_;
    /// Where the next packet will be read to; kept over reads that find nothing.
    std::unique_ptr<rte_mbuf, Free> next_;
};

/// The kernel interface on the users' side: made here, gone with this process. IP packets without any header before
/// them, one system call a packet. DPDK's own tun driver sends nothing above 1522 bytes (docs/decisions/001-tun.md).
class Tun {
public:
    /// One queue a worker. Fails when an interface of this name exists already. `pool` must outlive it.
    static Result<Tun> open(const std::string& interface, unsigned queues, rte_mempool* pool);

    /// Burst calls for one worker; `this` must not be destroyed while they are used.
    InsidePort inside_port(unsigned queue);

private:
    explicit Tun(std::vector<std::unique_ptr<TunQueue>> queues) : queues_(std::move(queues)) {}

    std::vector<std::unique_ptr<TunQueue>> queues_;
};

}  // namespace ropewalk::dataplane::eal
