#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

#include <rte_mbuf.h>

namespace ropewalk::dataplane::worker {

/// The ports of one worker, a burst a call as ethdevs have it; WAN ports by their slot. Receiving hands out at most
/// `count` packets, from one of a WAN port's receive queues after the other; sending takes some of `mbufs`, owns those,
/// says how many, and leaves the others behind them. Ethdevs and our own ports in the program, queues in memory in the
/// simulation.
template <class P>
concept WorkerPorts = requires(P& ports, std::uint16_t port, rte_mbuf** mbufs, std::uint16_t count) {
    { ports.receive_queues(port) } -> std::same_as<std::size_t>;
    { ports.receive_wan(port, mbufs, count) } -> std::same_as<std::uint16_t>;
    { ports.send_wan(port, mbufs, count) } -> std::same_as<std::uint16_t>;
    { ports.receive_inside(mbufs, count) } -> std::same_as<std::uint16_t>;
    { ports.send_inside(mbufs, count) } -> std::same_as<std::uint16_t>;
};

}  // namespace ropewalk::dataplane::worker
