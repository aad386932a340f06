#pragma once

#include <cstdint>
#include <vector>

#include <rte_ethdev.h>

#include "dataplane/eal/inside_port.hpp"
#include "dataplane/worker/worker_ports.hpp"

namespace ropewalk::dataplane::worker {

/// The queues of one worker on running DPDK ports. Owns none of them.
class EthdevPorts {
public:
    /// `wan` are ethdev ids in the order of the snapshot's ports.
    EthdevPorts(std::vector<std::uint16_t> wan, eal::InsidePort inside) : wan_(std::move(wan)), inside_(inside) {}

    std::uint16_t receive_wan(std::uint16_t port, rte_mbuf** mbufs, std::uint16_t count) {
        return rte_eth_rx_burst(wan_[port], 0, mbufs, count);
    }
    std::uint16_t send_wan(std::uint16_t port, rte_mbuf** mbufs, std::uint16_t count) {
        return rte_eth_tx_burst(wan_[port], 0, mbufs, count);
    }
    std::uint16_t receive_inside(rte_mbuf** mbufs, std::uint16_t count) { return inside_.receive(mbufs, count); }
    std::uint16_t send_inside(rte_mbuf** mbufs, std::uint16_t count) { return inside_.send(mbufs, count); }

private:
    std::vector<std::uint16_t> wan_;
    eal::InsidePort inside_;
};

static_assert(WorkerPorts<EthdevPorts>);

}  // namespace ropewalk::dataplane::worker
