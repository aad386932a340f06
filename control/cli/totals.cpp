#include "control/cli/totals.hpp"

#include <algorithm>

namespace ropewalk::control::cli {

using config::region::DataplaneSection;
using config::region::DropStage;

PortTotals total_of_port(const DataplaneSection& section, std::uint32_t slot) {
    PortTotals total;
    for (const auto& worker : section.counters) {
        const auto& port = worker.ports[slot];
        total.rx_packets += port.rx_packets.get();
        total.rx_bytes += port.rx_bytes.get();
        total.tx_packets += port.tx_packets.get();
        total.tx_bytes += port.tx_bytes.get();
    }
    return total;
}

TunnelTotals total_of_tunnel(const DataplaneSection& section, std::uint32_t slot) {
    TunnelTotals total;
    for (const auto& worker : section.counters) {
        const auto& tunnel = worker.tunnels[slot];
        total.sealed_packets += tunnel.sealed_packets.get();
        total.sealed_bytes += tunnel.sealed_bytes.get();
        total.delivered_packets += tunnel.delivered_packets.get();
        total.delivered_bytes += tunnel.delivered_bytes.get();
        total.punted_packets += tunnel.punted_packets.get();
        total.injected_packets += tunnel.injected_packets.get();
        total.icmp_sent += tunnel.icmp_sent.get();
        total.mss_clamped += tunnel.mss_clamped.get();
    }
    return total;
}

PathTotals total_of_path(const DataplaneSection& section, std::uint32_t slot) {
    PathTotals total;
    for (const auto& worker : section.counters) {
        const auto& path = worker.paths[slot];
        total.tx_copies += path.tx_copies.get();
        total.tx_bytes += path.tx_bytes.get();
        total.tx_dropped += path.tx_dropped.get();
        total.rx_copies += path.rx_copies.get();
        total.rx_bytes += path.rx_bytes.get();
        total.rx_first += path.rx_first.get();
        total.rx_duplicate += path.rx_duplicate.get();
        total.rx_refused += path.rx_refused.get();
        total.rx_missing += path.rx_missing.get();
        total.rx_last_ns = std::max(total.rx_last_ns, path.rx_last_ns.get());
    }
    return total;
}

InsideTotals total_of_inside(const DataplaneSection& section) {
    InsideTotals total;
    for (const auto& worker : section.counters) {
        total.rx_packets += worker.inside_rx_packets.get();
        total.rx_bytes += worker.inside_rx_bytes.get();
        total.tx_packets += worker.inside_tx_packets.get();
        total.tx_bytes += worker.inside_tx_bytes.get();
    }
    return total;
}

DropTotals total_of_drops(const DataplaneSection& section) {
    DropTotals total{};
    for (const auto& worker : section.counters)
        for (std::size_t reason = 0; reason < total.size(); ++reason) total[reason] += worker.drops[reason].get();
    return total;
}

std::uint64_t drops_at(const DropTotals& drops, DropStage stage) {
    std::uint64_t sum = 0;
    for (std::size_t reason = 0; reason < drops.size(); ++reason)
        if (config::region::drop_reason_texts[reason].stage == stage) sum += drops[reason];
    return sum;
}

}  // namespace ropewalk::control::cli
