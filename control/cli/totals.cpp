#include "control/cli/totals.hpp"

#include "config/region/heard.hpp"

namespace ropewalk::control::cli {

using config::region::DataplaneSection;
using config::region::DropStage;

namespace {

template <class Counters, class Totals, std::size_t n>
void add(const Counters& counters, const std::array<CounterRow<Counters, Totals>, n>& rows, Totals& totals) {
    for (const auto& row : rows) totals.*row.total += (counters.*row.cell).get();
}

}  // namespace

PortTotals total_of_port(const DataplaneSection& section, std::uint32_t slot) {
    PortTotals total;
    for (const auto& worker : section.counters) add(worker.ports[slot], port_counters, total);
    return total;
}

TunnelTotals total_of_tunnel(const DataplaneSection& section, std::uint32_t slot) {
    TunnelTotals total;
    for (const auto& worker : section.counters) add(worker.tunnels[slot], tunnel_counters, total);
    return total;
}

PathTotals total_of_path(const DataplaneSection& section, std::uint32_t slot) {
    PathTotals total;
    for (const auto& worker : section.counters) {
        add(worker.paths[slot], path_counters, total);
    }
    total.heard_ns = config::region::newest_heard_ns(section, slot);
    return total;
}

WorkerTotals total_of_worker(const DataplaneSection& section, std::size_t worker) {
    WorkerTotals total;
    add(section.counters[worker], worker_counters, total);
    return total;
}

PortTotals total_of_inside(const DataplaneSection& section) {
    PortTotals total;
    for (const auto& worker : section.counters) {
#define ROPEWALK_COUNTER(name, unit, help) total.name += worker.inside_##name.get();
#include "config/region/port_counters.def"
#undef ROPEWALK_COUNTER
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
