#pragma once

#include <cstdint>

#include "config/region/counters.hpp"

namespace ropewalk::tests::pipeline {

/// Packets that ports gave to a worker and took from it, over its whole life.
struct PortTraffic {
    std::uint64_t inside_rx = 0, inside_tx = 0;
    std::uint64_t wan_rx = 0, wan_tx = 0;
};

/// The equations of config/region/drop_reasons.hpp: every packet that came in went out or was dropped for a reason.
void expect_every_packet_accounted_for(const config::region::WorkerCounters& counters, const PortTraffic& traffic);

}  // namespace ropewalk::tests::pipeline
