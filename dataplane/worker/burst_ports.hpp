#pragma once

#include <cstdint>
#include <vector>

#include "dataplane/eal/burst_port.hpp"
#include "dataplane/worker/worker_ports.hpp"

namespace ropewalk::dataplane::worker {

/// The queues of one worker on running ports. Owns none of them.
class BurstPorts {
public:
    /// `wan` in the order of the snapshot's ports.
    BurstPorts(std::vector<eal::BurstPort> wan, eal::BurstPort inside) : wan_(std::move(wan)), inside_(inside) {}

    std::uint16_t receive_wan(std::uint16_t port, rte_mbuf** mbufs, std::uint16_t count) {
        return wan_[port].receive(mbufs, count);
    }
    std::uint16_t send_wan(std::uint16_t port, rte_mbuf** mbufs, std::uint16_t count) {
        return wan_[port].send(mbufs, count);
    }
    std::uint16_t receive_inside(rte_mbuf** mbufs, std::uint16_t count) { return inside_.receive(mbufs, count); }
    std::uint16_t send_inside(rte_mbuf** mbufs, std::uint16_t count) { return inside_.send(mbufs, count); }

private:
    std::vector<eal::BurstPort> wan_;
    eal::BurstPort inside_;
};

static_assert(WorkerPorts<BurstPorts>);

}  // namespace ropewalk::dataplane::worker
