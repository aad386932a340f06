#pragma once

#include <array>

#include "config/region/counter.hpp"
#include "config/region/limits.hpp"

/// What workers count. Written by one worker each, read by control and the CLI, which add the workers up.
namespace ropewalk::config::region {

struct alignas(cache_line_bytes) PortCounters {
    Counter rx_packets, rx_bytes;
    Counter tx_packets, tx_bytes;
};

struct alignas(cache_line_bytes) TunnelCounters {
    Counter sealed_packets, sealed_bytes;        ///< one per inner packet, whatever the number of copies; inner bytes
    Counter delivered_packets, delivered_bytes;  ///< inner packets opened and sent towards the inside port
    Counter punted_packets;                      ///< opened control messages handed to control
    Counter injected_packets;                    ///< control messages sealed
    Counter icmp_sent;                           ///< fragmentation needed / packet too big sent to the inside
    Counter mss_clamped;                         ///< TCP SYNs whose MSS was lowered
};

struct alignas(cache_line_bytes) PathCounters {
    Counter tx_copies, tx_bytes;  ///< made for this path; outer IP bytes
    Counter tx_dropped;           ///< of these, copies the port did not take
    Counter rx_copies, rx_bytes;  ///< copies that arrived for a known tunnel, by the path id they carry
    Counter rx_first;             ///< copies that were the first of their packet and were delivered
    Counter rx_duplicate;         ///< copies dropped because another came first
    Counter rx_refused;           ///< copies too old, or that failed authentication
    Counter rx_missing;           ///< gaps in the path's own sequence, less what filled them late
    Counter rx_last_ns;           ///< CLOCK_MONOTONIC of the newest copy that authenticated, or 0
};

struct alignas(cache_line_bytes) WorkerCounters {
    Counter turns, idle_turns, sleeps;
    Counter busy_cycles, idle_cycles;  ///< TSC
    Counter inside_rx_packets, inside_rx_bytes;
    Counter inside_tx_packets, inside_tx_bytes;
    std::array<Counter, max_drop_reasons> drops;  ///< indexed by config::region::DropReason
    alignas(cache_line_bytes) std::array<PortCounters, max_ports> ports;
    std::array<TunnelCounters, max_tunnels> tunnels;
    std::array<PathCounters, max_paths> paths;
};

}  // namespace ropewalk::config::region
