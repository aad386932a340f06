#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <rte_ethdev.h>

#include "config/region/layout.hpp"
#include "dataplane/channel/config_channel.hpp"
#include "dataplane/worker/turn.hpp"
#include "perf/fixture/gateway_in_memory.hpp"
#include "perf/linerate/gateway_counts.hpp"

namespace ropewalk::perf::linerate {

/// A worker's ports where the inside is an ethdev too, one that carries IP packets.
class EthdevIds {
public:
    EthdevIds(std::uint16_t inside, std::vector<std::uint16_t> wan) : inside_(inside), wan_(std::move(wan)) {}

    std::size_t receive_queues(std::uint16_t) const { return 1; }
    std::uint16_t receive_wan(std::uint16_t port, rte_mbuf** mbufs, std::uint16_t count) {
        return rte_eth_rx_burst(wan_[port], 0, mbufs, count);
    }
    std::uint16_t send_wan(std::uint16_t port, rte_mbuf** mbufs, std::uint16_t count) {
        return rte_eth_tx_burst(wan_[port], 0, mbufs, count);
    }
    std::uint16_t receive_inside(rte_mbuf** mbufs, std::uint16_t count) {
        return rte_eth_rx_burst(inside_, 0, mbufs, count);
    }
    std::uint16_t send_inside(rte_mbuf** mbufs, std::uint16_t count) {
        return rte_eth_tx_burst(inside_, 0, mbufs, count);
    }

private:
    std::uint16_t inside_;
    std::vector<std::uint16_t> wan_;
};

/// One gateway of a topology: the turn of the program's worker over given ports.
class GatewayOnPorts {
public:
    GatewayOnPorts(std::unique_ptr<fixture::GatewayInMemory> gateway, EthdevIds ports, rte_mempool* pool);
    GatewayOnPorts(const GatewayOnPorts&) = delete;
    GatewayOnPorts& operator=(const GatewayOnPorts&) = delete;

    /// As the worker does it. Returns packets taken.
    std::uint32_t turn();

    /// Counted over its whole life. Exact while it has nothing to do.
    GatewayCounts counts() const;

private:
    std::unique_ptr<fixture::GatewayInMemory> gateway_;
    EthdevIds ports_;
    dataplane::channel::ViewCell cell_;
    dataplane::worker::WorkerHops hops_;
    dataplane::worker::Turn<EthdevIds> turn_;
};

}  // namespace ropewalk::perf::linerate
