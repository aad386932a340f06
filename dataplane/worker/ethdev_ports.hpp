#pragma once

#include <cstdint>
#include <vector>

#include <rte_ethdev.h>

#include "dataplane/eal/inside_port.hpp"
#include "dataplane/worker/worker_ports.hpp"

namespace ropewalk::dataplane::worker {

/// The queues of one worker on one running DPDK port.
struct EthdevQueues {
    std::uint16_t ethdev;
    std::vector<std::uint16_t> receive;  ///< none: others poll for this worker, or nobody has to
    std::uint16_t transmit;              ///< not used where another worker sends for this one
};

/// The queues of one worker on all ports. Owns none of them.
class EthdevPorts {
public:
    /// `wan` in the order of the snapshot's ports.
    EthdevPorts(const std::vector<EthdevQueues>& wan, eal::InsidePort inside) : inside_(inside) {
        for (const EthdevQueues& queues : wan) wan_.push_back({queues, 0});
    }

    /// Of a port on which the worker has several queues, one a call, in turn.
    std::uint16_t receive_wan(std::uint16_t port, rte_mbuf** mbufs, std::uint16_t count) {
        Wan& wan = wan_[port];
        if (wan.queues.receive.empty()) return 0;
        if (++wan.next >= wan.queues.receive.size()) wan.next = 0;
        return rte_eth_rx_burst(wan.queues.ethdev, wan.queues.receive[wan.next], mbufs, count);
    }
    std::uint16_t send_wan(std::uint16_t port, rte_mbuf** mbufs, std::uint16_t count) {
        return rte_eth_tx_burst(wan_[port].queues.ethdev, wan_[port].queues.transmit, mbufs, count);
    }
    std::uint16_t receive_inside(rte_mbuf** mbufs, std::uint16_t count) { return inside_.receive(mbufs, count); }
    std::uint16_t send_inside(rte_mbuf** mbufs, std::uint16_t count) { return inside_.send(mbufs, count); }

private:
    struct Wan {
        EthdevQueues queues;
        std::size_t next;
    };

    std::vector<Wan> wan_;
    eal::InsidePort inside_;
};

static_assert(WorkerPorts<EthdevPorts>);

}  // namespace ropewalk::dataplane::worker
