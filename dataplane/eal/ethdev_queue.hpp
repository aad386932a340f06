#pragma once

#include <cstdint>

#include <rte_ethdev.h>

namespace ropewalk::dataplane::eal {

/// One receive and one transmit queue of the same number on a started ethdev. Owns nothing.
struct EthdevQueue {
    std::uint16_t ethdev, queue;

    std::uint16_t receive(rte_mbuf** mbufs, std::uint16_t count) {
        return rte_eth_rx_burst(ethdev, queue, mbufs, count);
    }
    std::uint16_t send(rte_mbuf** mbufs, std::uint16_t count) { return rte_eth_tx_burst(ethdev, queue, mbufs, count); }
};

}  // namespace ropewalk::dataplane::eal
