#pragma once

#include <netinet/in.h>

#include <atomic>
#include <cstdint>

#include "config/result.hpp"

namespace ropewalk::perf::kernel {

struct TrafficReceived {
    std::uint64_t packets = 0;   ///< different numbers
    std::uint64_t twice = 0;     ///< numbers that came before
    std::uint64_t disorder = 0;  ///< of the packets, those that came after a higher number
    std::uint64_t wrong = 0;     ///< of another size, or without a possible number
};

/// Takes in what send_traffic() sends until `stop`, dozens of datagrams a system call. Says "listening" on the
/// standard output when it does.
Result<TrafficReceived> receive_traffic(const sockaddr_in& listen, std::size_t payload_bytes,
                                        const std::atomic<bool>& stop);

}  // namespace ropewalk::perf::kernel
