#pragma once

#include <cstdint>

#include <rte_mbuf.h>

namespace ropewalk::dataplane::eal {

/// A queue of a port as a worker sees it: one call a burst, like an ethdev's, whatever stands behind it. Does not own
/// it.
struct BurstPort {
    /// Puts up to `count` packets into `mbufs`; returns how many. Packets of a port have an Ethernet header, those of
    /// the kernel's tun have none.
    std::uint16_t (*receive_burst)(void* port, rte_mbuf** mbufs, std::uint16_t count);
    /// Takes packets of `mbufs` and owns them; returns how many. Those it did not take stand behind them, in order.
    std::uint16_t (*send_burst)(void* port, rte_mbuf** mbufs, std::uint16_t count);
    void* port;

    std::uint16_t receive(rte_mbuf** mbufs, std::uint16_t count) const { return receive_burst(port, mbufs, count); }
    std::uint16_t send(rte_mbuf** mbufs, std::uint16_t count) const { return send_burst(port, mbufs, count); }

    /// Calls receive() and send() of an object, which must not move.
    template <class Queue>
    static BurstPort of(Queue& queue) {
        return {[](void* port, rte_mbuf** mbufs, std::uint16_t count) {
                    return static_cast<Queue*>(port)->receive(mbufs, count);
                },
                [](void* port, rte_mbuf** mbufs, std::uint16_t count) {
                    return static_cast<Queue*>(port)->send(mbufs, count);
                },
                &queue};
    }
};

}  // namespace ropewalk::dataplane::eal
