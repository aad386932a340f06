#pragma once

#include <netinet/in.h>

#include <cstdint>

#include "config/result.hpp"

namespace ropewalk::perf::kernel {

/// A stream of numbered UDP datagrams at an even rate.
struct TrafficOrder {
    sockaddr_in to;
    std::size_t payload_bytes;  ///< 8 at least: the number stands there, in the machine's byte order
    std::uint64_t packets_per_second;
    double seconds;
    /// Datagrams that the kernel is given as one (UDP_SEGMENT); 1 sends each by itself, as most programs do.
    unsigned segments;
};

struct TrafficSent {
    std::uint64_t packets = 0;  ///< that the kernel took
    std::uint64_t refused = 0;
    double seconds = 0;
};

/// Sends them, dozens a system call. A sender that cannot keep up sends fewer; what it owes for more than a few
/// milliseconds is not made good in one lump.
Result<TrafficSent> send_traffic(const TrafficOrder& order);

}  // namespace ropewalk::perf::kernel
