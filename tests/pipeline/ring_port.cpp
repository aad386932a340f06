#include "tests/pipeline/ring_port.hpp"

#include <algorithm>
#include <stdexcept>

#include <rte_bus_vdev.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>

namespace ropewalk::tests::pipeline {

using packets::Bytes;

namespace {

constexpr unsigned rx_ring_size = 1024;
constexpr std::uint16_t descriptors = 64;

void demand(bool done, const char* what) {
    if (!done) throw std::runtime_error(what);
}

}  // namespace

RingPort::RingPort(const std::string& name, rte_mempool* pool, unsigned tx_capacity)
    : name_(name),
      pool_(pool),
      rx_(rte_ring_create((name + " rx").c_str(), rx_ring_size, 0, RING_F_SP_ENQ | RING_F_SC_DEQ)),
      tx_(rte_ring_create((name + " tx").c_str(), tx_capacity + 1, 0, RING_F_SP_ENQ | RING_F_SC_DEQ)) {
    demand(rx_ != nullptr && tx_ != nullptr, "no memory for rings");
    const int id = rte_eth_from_rings(name.c_str(), &rx_, 1, &tx_, 1, 0);
    demand(id >= 0, "no port from rings");
    id_ = static_cast<std::uint16_t>(id);
    const rte_eth_conf configuration{};
    demand(rte_eth_dev_configure(id_, 1, 1, &configuration) == 0, "the port cannot be configured");
    demand(rte_eth_rx_queue_setup(id_, 0, descriptors, 0, nullptr, pool) == 0, "no receive queue");
    demand(rte_eth_tx_queue_setup(id_, 0, descriptors, 0, nullptr) == 0, "no transmit queue");
    demand(rte_eth_dev_start(id_) == 0, "the port does not start");
}

RingPort::~RingPort() {
    take_sent();
    rte_mbuf* mbuf = nullptr;
    while (rte_ring_dequeue(rx_, reinterpret_cast<void**>(&mbuf)) == 0) rte_pktmbuf_free(mbuf);
    rte_eth_dev_stop(id_);
    rte_vdev_uninit(("net_ring_" + name_).c_str());
    rte_ring_free(rx_);
    rte_ring_free(tx_);
}

dataplane::worker::WanQueues RingPort::queues_of(std::uint16_t worker,
                                                 const dataplane::house::PortPlacement& placement) {
    dataplane::worker::WanQueues queues{{}, burst_port()};
    if (!placement.receive_queues_of(worker).empty()) queues.receive.push_back(queues.send);
    return queues;
}

void RingPort::arrive(const std::vector<Bytes>& packets) {
    for (const Bytes& bytes : packets) {
        rte_mbuf* const mbuf = rte_pktmbuf_alloc(pool_);
        demand(mbuf != nullptr, "the test's pool is too small");
        std::copy(bytes.begin(), bytes.end(), rte_pktmbuf_append(mbuf, static_cast<std::uint16_t>(bytes.size())));
        demand(rte_ring_enqueue(rx_, mbuf) == 0, "more packets than the ring holds");
    }
}

std::vector<Bytes> RingPort::take_sent() {
    std::vector<Bytes> packets;
    rte_mbuf* mbuf = nullptr;
    while (rte_ring_dequeue(tx_, reinterpret_cast<void**>(&mbuf)) == 0) {
        const auto* data = rte_pktmbuf_mtod(mbuf, const std::uint8_t*);
        packets.emplace_back(data, data + mbuf->data_len);
        rte_pktmbuf_free(mbuf);
    }
    return packets;
}

dataplane::eal::BurstPort RingPort::burst_port() {
    return {[](void* port, rte_mbuf** mbufs, std::uint16_t count) {
                return rte_eth_rx_burst(static_cast<RingPort*>(port)->id_, 0, mbufs, count);
            },
            [](void* port, rte_mbuf** mbufs, std::uint16_t count) {
                return rte_eth_tx_burst(static_cast<RingPort*>(port)->id_, 0, mbufs, count);
            },
            this};
}

}  // namespace ropewalk::tests::pipeline
