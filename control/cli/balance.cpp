#include "control/cli/balance.hpp"

#include <array>

#include "control/cli/totals.hpp"

namespace ropewalk::control::cli {

using config::region::DataplaneSection;
using config::region::DropStage;

namespace {

/// What a worker takes from one queue, and most copies of one packet.
constexpr std::uint64_t burst = 64, copies = config::region::max_paths_per_tunnel;

/// Every slot counts, also of ports, tunnels and paths that a reload has removed.
struct Sums {
    std::uint64_t inside_rx = 0, inside_tx = 0, port_rx = 0, port_tx = 0, copies = 0;
    std::uint64_t sealed = 0, injected = 0, delivered = 0, punted = 0, icmp = 0;
    DropTotals drops{};
};

Sums sum_up(const DataplaneSection& section) {
    Sums sums;
    sums.drops = total_of_drops(section);
    for (const auto& worker : section.counters) {
        sums.inside_rx += worker.inside_rx_packets.get();
        sums.inside_tx += worker.inside_tx_packets.get();
        for (const auto& port : worker.ports) {
            sums.port_rx += port.rx_packets.get();
            sums.port_tx += port.tx_packets.get();
        }
        for (const auto& path : worker.paths) sums.copies += path.tx_copies.get();
        for (const auto& tunnel : worker.tunnels) {
            sums.sealed += tunnel.sealed_packets.get();
            sums.injected += tunnel.injected_packets.get();
            sums.delivered += tunnel.delivered_packets.get();
            sums.punted += tunnel.punted_packets.get();
            sums.icmp += tunnel.icmp_sent.get();
        }
    }
    return sums;
}

struct Equation {
    const char* text;
    std::uint64_t (*came)(const Sums&);
    std::uint64_t (*went)(const Sums&);
    std::uint64_t in_flight;  ///< of one worker
};

constexpr std::uint64_t queues = config::region::max_ports + 1;

constexpr std::array equations{
    Equation{"inside rx + injected = sealed + drops of inside_rx",
             [](const Sums& s) { return s.inside_rx + s.injected; },
             [](const Sums& s) { return s.sealed + drops_at(s.drops, DropStage::inside_rx); }, burst},
    Equation{"path tx copies = port tx + drops of wan_tx", [](const Sums& s) { return s.copies; },
             [](const Sums& s) { return s.port_tx + drops_at(s.drops, DropStage::wan_tx); }, burst* copies},
    Equation{"port rx = delivered + punted + drops of wan_rx", [](const Sums& s) { return s.port_rx; },
             [](const Sums& s) { return s.delivered + s.punted + drops_at(s.drops, DropStage::wan_rx); }, burst},
    Equation{"delivered + ICMP sent = inside tx + drops of inside_tx",
             [](const Sums& s) { return s.delivered + s.icmp; },
             [](const Sums& s) { return s.inside_tx + drops_at(s.drops, DropStage::inside_tx); }, burst* queues},
};

}  // namespace

std::int64_t Balance::difference() const {
    if (came_first > went + in_flight) return static_cast<std::int64_t>(came_first - went);
    if (went > came_last + in_flight) return -static_cast<std::int64_t>(went - came_last);
    return 0;
}

std::vector<Balance> balances_of(const DataplaneSection& section, std::size_t live_workers) {
    // Read in the order that the bounds of difference() rest on.
    const Sums first = sum_up(section);
    const Sums middle = sum_up(section);
    const Sums last = sum_up(section);
    std::vector<Balance> balances;
    for (const Equation& equation : equations)
        balances.push_back({equation.text, equation.came(first), equation.went(middle), equation.came(last),
                            equation.in_flight * live_workers});
    return balances;
}

}  // namespace ropewalk::control::cli
