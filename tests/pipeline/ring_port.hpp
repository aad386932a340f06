#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <rte_mbuf.h>
#include <rte_ring.h>

#include "dataplane/eal/burst_port.hpp"
#include "dataplane/house/placement.hpp"
#include "dataplane/worker/burst_ports.hpp"
#include "tests/packets/bytes.hpp"

namespace ropewalk::tests::pipeline {

/// A started ethdev whose wire the test holds: what arrives on it and what was sent on it are rings.
class RingPort {
public:
    /// `tx_capacity` is how many packets can be sent until the test takes some: a power of two less one.
    RingPort(const std::string& name, rte_mempool* pool, unsigned tx_capacity = 1023);
    RingPort(const RingPort&) = delete;
    RingPort& operator=(const RingPort&) = delete;
    ~RingPort();

    dataplane::eal::BurstPort burst_port();
    /// Those of a worker, which receives where the placement has it poll.
    dataplane::worker::WanQueues queues_of(std::uint16_t worker, const dataplane::house::PortPlacement& placement);
    void arrive(const std::vector<packets::Bytes>& packets);
    std::vector<packets::Bytes> take_sent();

private:
    std::string name_;
    rte_mempool* pool_;
    rte_ring* rx_;
    rte_ring* tx_;
    std::uint16_t id_;
};

}  // namespace ropewalk::tests::pipeline
