#pragma once

#include <array>
#include <cstdint>

#include "config/region/drop_reasons.hpp"
#include "config/region/layout.hpp"

/// Counters of the shared memory, added up over all workers, those of earlier dataplanes included.
namespace ropewalk::control::cli {

struct PortTotals {
    std::uint64_t rx_packets = 0, rx_bytes = 0, tx_packets = 0, tx_bytes = 0;
};

struct TunnelTotals {
    std::uint64_t sealed_packets = 0, sealed_bytes = 0, delivered_packets = 0, delivered_bytes = 0;
    std::uint64_t punted_packets = 0, injected_packets = 0, icmp_sent = 0, mss_clamped = 0;
};

struct PathTotals {
    std::uint64_t tx_copies = 0, tx_bytes = 0, tx_dropped = 0;
    std::uint64_t rx_copies = 0, rx_bytes = 0, rx_first = 0, rx_duplicate = 0, rx_refused = 0, rx_missing = 0;
    std::uint64_t rx_last_ns = 0;  ///< the newest of all workers
};

struct InsideTotals {
    std::uint64_t rx_packets = 0, rx_bytes = 0, tx_packets = 0, tx_bytes = 0;
};

/// Indexed by config::region::DropReason.
using DropTotals = std::array<std::uint64_t, config::region::drop_reason_count>;

PortTotals total_of_port(const config::region::DataplaneSection& section, std::uint32_t slot);
TunnelTotals total_of_tunnel(const config::region::DataplaneSection& section, std::uint32_t slot);
PathTotals total_of_path(const config::region::DataplaneSection& section, std::uint32_t slot);
InsideTotals total_of_inside(const config::region::DataplaneSection& section);
DropTotals total_of_drops(const config::region::DataplaneSection& section);

/// Drops of one stage.
std::uint64_t drops_at(const DropTotals& drops, config::region::DropStage stage);

}  // namespace ropewalk::control::cli
