#include "perf/workers/measurement.hpp"

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "perf/core/floor.hpp"
#include "perf/fixture/allowed_cpu.hpp"
#include "perf/fixture/packet_memory.hpp"
#include "perf/fixture/series.hpp"
#include "perf/workers/parts.hpp"
#include "perf/workers/tunnel_work.hpp"

namespace ropewalk::perf::workers {

namespace {

using Json = nlohmann::ordered_json;

constexpr auto phase = std::chrono::milliseconds(25);
constexpr unsigned both = 3;
constexpr std::uint16_t burst = 32;

Json json_of(const fixture::Series& series) {
    return {{"median", series.median()}, {"min", series.min()}, {"max", series.max()}};
}

/// One worker alone, then both, by turns. Speedup: packets a cycle of both together, over those of the first alone.
Json measure(Team& team, unsigned runs, const Team::Step& step, const std::function<void(unsigned)>& change) {
    fixture::Series alone, together, speedup;
    for (unsigned run = 0; run < runs; ++run) {
        change(1);
        const double one = team.run(1, step, phase)[0].cycles_per_packet();
        change(both);
        const auto two = team.run(both, step, phase);
        alone.runs.push_back(one);
        together.runs.push_back((two[0].cycles_per_packet() + two[1].cycles_per_packet()) / 2);
        speedup.runs.push_back(one / two[0].cycles_per_packet() + one / two[1].cycles_per_packet());
    }
    return {{"cycles_alone", json_of(alone)}, {"cycles_together", json_of(together)}, {"speedup", json_of(speedup)}};
}

Json measure_floor(Team& team, const Plan& plan, std::uint16_t size, rte_mempool* pool) {
    const auto mix = fixture::PacketMix::fixed(size, burst);
    std::array<dataplane::packet::Burst, team_size> buffers;
    std::vector<std::unique_ptr<core::Floor>> floors;
    for (auto& lent : buffers) {
        if (rte_pktmbuf_alloc_bulk(pool, lent.mbufs(), burst) != 0) throw std::runtime_error("the pool is too small");
        lent.count = burst;
        floors.push_back(std::make_unique<core::Floor>(core::FloorKind::seal_and_open, config::Cipher::aes_256_gcm, mix,
                                                       lent, std::uint16_t{16}));
    }
    Json row = measure(
        team, plan.runs,
        [&](std::size_t worker) {
            return Work{burst, floors[worker]->run()};
        },
        [](unsigned) {});
    for (auto& lent : buffers) lent.free();
    return row;
}

Result<Json> measure_tunnel(Team& team, const Plan& plan, std::uint16_t size, Arrival arrival, rte_mempool* pool) {
    auto work = TunnelWork::make(fixture::PacketMix::fixed(size, burst), arrival, pool);
    if (!work) return tl::make_unexpected(work.error());
    Json row = measure(
        team, plan.runs, [&](std::size_t worker) { return (*work)->step(worker); },
        [&](unsigned active) { (*work)->alone_or_together(active); });
    (*work)->alone_or_together(both);
    if (auto checked = (*work)->check(); !checked) return tl::make_unexpected(checked.error());
    row["share_that_stayed"] = (*work)->share_that_stayed();
    return row;
}

Json measure_parts(Team& team, const Plan& plan) {
    Parts parts;
    const auto change = [&](unsigned active) { parts.alone_or_together(active); };
    Json rows;
    rows["reserve"] = measure(
        team, plan.runs, [&](std::size_t worker) { return parts.reserve(worker); }, change);
    rows["mark"] = measure(
        team, plan.runs, [&](std::size_t worker) { return parts.mark(worker); }, change);
    rows["hop"] = measure(
        team, plan.runs, [&](std::size_t worker) { return parts.hop(worker); }, change);
    return rows;
}

}  // namespace

Result<std::string> measure_all(const Plan& plan) {
    for (const auto& [option, cpu] : {std::pair{"--first-cpu", plan.first_cpu}, {"--second-cpu", plan.second_cpu}})
        if (auto allowed = fixture::cpu_is_allowed(option, cpu); !allowed) return tl::make_unexpected(allowed.error());
    const auto memory = fixture::PacketMemory::start(
        "ropewalk-perf-workers", {fmt::format("0@({0},{1}),1@{0},2@{1}", plan.first_cpu, plan.second_cpu), 4095, {}});
    if (!memory) return tl::make_unexpected(memory.error());
    rte_mempool* pool = memory->pool.get();
    Team team;
    Json rows = Json::array();
    for (const std::uint16_t size : {64, 1420}) {
        rows.push_back({{"work", "floor"}, {"size", size}});
        rows.back().update(measure_floor(team, plan, size, pool));
        for (const auto& [arrival, name] :
             {std::pair{Arrival::own, "own"}, {Arrival::crossed, "crossed"}, {Arrival::sharded, "sharded"}}) {
            auto row = measure_tunnel(team, plan, size, arrival, pool);
            if (!row) return tl::make_unexpected(row.error());
            rows.push_back({{"work", name}, {"size", size}});
            rows.back().update(*row);
        }
    }
    const Json report{{"machine", {{"packet_memory", memory->kind}, {"cpus", {plan.first_cpu, plan.second_cpu}}}},
                      {"rows", rows},
                      {"parts", measure_parts(team, plan)}};
    return report.dump(2);
}

}  // namespace ropewalk::perf::workers
