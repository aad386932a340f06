#pragma once

#include <array>
#include <cstdint>

#include "config/region/counters.hpp"
#include "config/region/drop_reasons.hpp"

namespace ropewalk::perf::linerate {

/// What one or more gateways count of packets, summed over tunnels, paths and ports.
struct GatewayCounts {
    std::uint64_t inside_rx = 0, inside_tx = 0, wan_rx = 0, wan_tx = 0;
    std::uint64_t sealed = 0, copies = 0, delivered = 0, punted = 0, icmp_sent = 0;
    std::array<std::uint64_t, config::region::drop_reason_count> drops{};

    static GatewayCounts of(const config::region::WorkerCounters& counters);

    GatewayCounts& operator+=(const GatewayCounts& other);
    GatewayCounts operator-(const GatewayCounts& before) const;
};

}  // namespace ropewalk::perf::linerate
