#pragma once

#include <cstdint>

#include <rte_mbuf.h>

namespace ropewalk::dataplane::eal {

/// The port on the users' side as a worker sees it: one call a burst, like an ethdev's, whatever stands behind it.
/// Does not own it.
struct InsidePort {
    /// Puts up to `count` packets, without Ethernet header, into `mbufs`; returns how many.
    std::uint16_t (*receive_burst)(void* port, rte_mbuf** mbufs, std::uint16_t count);
    /// Takes packets of `mbufs`, and owns those; returns how many. Those that it did not take stand behind them, in
    /// their order.
    std::uint16_t (*send_burst)(void* port, rte_mbuf** mbufs, std::uint16_t count);
    void* port;

    std::uint16_t receive(rte_mbuf** mbufs, std::uint16_t count) const { return receive_burst(port, mbufs, count); }
    std::uint16_t send(rte_mbuf** mbufs, std::uint16_t count) const { return send_burst(port, mbufs, count); }
};

}  // namespace ropewalk::dataplane::eal
