#include "perf/linerate/run.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "perf/fixture/allowed_cpu.hpp"
#include "perf/fixture/packet_memory.hpp"
#include "perf/linerate/measurement.hpp"
#include "perf/linerate/progress_line.hpp"
#include "perf/linerate/report.hpp"

namespace ropewalk::perf::linerate {

namespace {

constexpr unsigned gateway_lcore = 1;
/// Two insides full both ways, and what lcores and paths hold.
constexpr std::uint32_t mbufs_per_ring_packet = 5;

fixture::MemoryPlan memory_plan(const Options& options) {
    fixture::MemoryPlan plan{
        fmt::format("0@{}", options.generator_cpu), options.topology.ring_packets * mbufs_per_ring_packet - 1, {}};
    if (options.topology.kind == TopologyKind::ports)
        plan.devices.assign(options.topology.devices.begin(), options.topology.devices.end());
    else if (options.topology.kind != TopologyKind::generator)
        plan.lcores += fmt::format(",{}@{}", gateway_lcore, options.gateway_cpu);
    return plan;
}

}  // namespace

Result<std::string> run(const Options& options) {
    for (const auto& [option, cpu] :
         {std::pair{"--cpu", options.generator_cpu}, {"--gateway-cpu", options.gateway_cpu}})
        if (auto allowed = fixture::cpu_is_allowed(option, cpu); !allowed) return tl::make_unexpected(allowed.error());
    const auto memory = fixture::PacketMemory::start("ropewalk-perf", memory_plan(options));
    if (!memory) return tl::make_unexpected(memory.error());
    const auto topology = Topology::make(options.topology, memory->pool.get(), gateway_lcore);
    if (!topology) return tl::make_unexpected(topology.error());

    const ProgressLine line;
    std::vector<Row> rows;
    for (const std::string& size : options.sizes) {
        auto row = measure(options, *topology, size,
                           [&](const std::string& name, const TrialOutcome& trial) { line.show(name, trial); });
        if (!row) return tl::make_unexpected(row.error());
        if (row->counts.first == 0 && row->counts.offered > row->counts.refused)
            fmt::print(
                stderr,
                "ropewalk-perf: nothing of what was sent on one port came to the other: see that the right ones are "
                "joined, and --next-hop where something stands between them\n");
        rows.push_back(std::move(*row));
    }
    return report_as_json(options, *topology, memory->kind, rows);
}

}  // namespace ropewalk::perf::linerate
