#pragma once

#include <atomic>
#include <cstdint>

#include <rte_ethdev.h>

namespace ropewalk::dataplane::eal {

/// One receive and one transmit queue of the same number on an ethdev that the main lcore may take away and replace. A
/// worker that began a call goes on with the ethdev that it found; when each has begun another turn, nobody does.
struct ExchangedQueue {
    static constexpr std::uint16_t none = 0xffff;

    std::atomic<std::uint16_t> ethdev;  ///< started, or `none`
    const std::uint16_t queue;

    explicit ExchangedQueue(std::uint16_t number) : ethdev(none), queue(number) {}

    std::uint16_t receive(rte_mbuf** mbufs, std::uint16_t count) {
        const std::uint16_t id = ethdev.load(std::memory_order_acquire);
        return id == none ? std::uint16_t{0} : rte_eth_rx_burst(id, queue, mbufs, count);
    }
    std::uint16_t send(rte_mbuf** mbufs, std::uint16_t count) {
        const std::uint16_t id = ethdev.load(std::memory_order_acquire);
        return id == none ? std::uint16_t{0} : rte_eth_tx_burst(id, queue, mbufs, count);
    }
};

}  // namespace ropewalk::dataplane::eal
