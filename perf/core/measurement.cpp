#include "perf/core/measurement.hpp"

#include <utility>

#include <fmt/format.h>
#include <rte_mbuf.h>

namespace ropewalk::perf::core {

using dataplane::packet::burst_capacity;

Result<Measurement> Measurement::prepare(const std::vector<RowKey>& rows, const Plan& plan, rte_mempool* pool) {
    Measurement made(plan, pool);
    if (rte_pktmbuf_alloc_bulk(pool, made.floor_buffers_.mbufs(), burst_capacity) != 0)
        return fail("the benchmark's pool is too small");
    made.floor_buffers_.count = burst_capacity;
    for (const RowKey& key : rows)
        if (auto added = made.add(key); !added) return tl::make_unexpected(added.error());
    return made;
}

Measurement::Measurement(Measurement&& other) noexcept
    : plan_(other.plan_),
      pool_(other.pool_),
      floor_buffers_(std::exchange(other.floor_buffers_, {})),
      gateways_(std::move(other.gateways_)),
      rows_(std::move(other.rows_)),
      benches_(std::move(other.benches_)) {}

Measurement::~Measurement() {
    floor_buffers_.free();
}

Result<fixture::LoopedGateway*> Measurement::gateway_for(const RowKey& key) {
    auto& gateway = gateways_[{key.cipher, key.copies, key.policy, key.udp_checksum}];
    if (!gateway) {
        auto made = fixture::LoopedGateway::make(key.cipher, key.copies, pool_, key.policy, key.udp_checksum);
        if (!made) return tl::make_unexpected(made.error());
        gateway = std::move(*made);
    }
    return gateway.get();
}

Result<void> Measurement::add(const RowKey& key) {
    const auto gateway = gateway_for(key);
    if (!gateway) return tl::make_unexpected(gateway.error());
    auto mix =
        key.size == imix ? fixture::PacketMix::imix(plan_.burst) : fixture::PacketMix::fixed(key.size, plan_.burst);
    auto work = Work::make(key, **gateway, fixture::InnerPackets(mix, pool_, key.policy));
    auto floor = std::make_unique<Floor>(work->floor_kind(), key.cipher, mix, floor_buffers_, work->text_at());
    rows_.push_back({key, mix.count(), mix.mean_size(), {}, {}, {}, {}, {}, {}});
    benches_.push_back({std::move(work), std::move(floor), *gateway, nullptr});
    if (key.policy == fixture::Policy::bare && key.udp_checksum == config::UdpChecksum::zero) return {};
    RowKey bare = key;
    bare.policy = fixture::Policy::bare;
    bare.udp_checksum = config::UdpChecksum::zero;
    const auto bare_gateway = gateway_for(bare);
    if (!bare_gateway) return tl::make_unexpected(bare_gateway.error());
    benches_.back().bare = Work::make(bare, **bare_gateway, fixture::InnerPackets(mix, pool_));
    return {};
}

Result<void> Measurement::run() {
    for (std::uint32_t run = 0; run < plan_.runs; ++run)
        for (std::size_t i = 0; i < rows_.size(); ++i)
            if (auto outcome = run_row(rows_[i], benches_[i]); !outcome) return outcome;
    return {};
}

Result<void> Measurement::run_row(Row& row, Bench& bench) const {
    const unsigned free_before = rte_mempool_avail_count(pool_);
    bench.work->make_ahead(plan_.ahead);
    const fixture::Tally before = bench.gateway->tally();
    run_blocks(row, bench);
    const fixture::Tally after = bench.gateway->tally();
    bench.work->forget_ahead();

    const std::uint64_t packets = 2ULL * plan_.blocks * bursts_per_block * row.packets_per_burst;
    const fixture::Tally expected = bench.work->expected() * packets;
    const fixture::Tally counted = after - before;
    if (counted == expected && rte_mempool_avail_count(pool_) == free_before) return {};
    return fail(
        fmt::format("{} of size {} and {} copies does not add up: expected {}; counted {}; pool {} before, {} after",
                    name_of(row.key.work), row.key.size, row.key.copies, expected.text(), counted.text(), free_before,
                    rte_mempool_avail_count(pool_)));
}

void Measurement::run_blocks(Row& row, Bench& bench) const {
    std::vector<double> pipeline, floor, over_floor, floor_ratio, bare_ratio;
    std::array<std::vector<double>, stage_count> stages;
    const std::uint16_t packets = row.packets_per_burst;
    for (std::uint32_t block = 0; block < plan_.blocks; ++block) {
        const double ours = measure_block<1>(packets, [&] { return std::array{bench.work->run_pipeline()}; })[0];
        const double limit = measure_block<1>(packets, [&] { return std::array{bench.floor->run()}; })[0];
        if (bench.bare != nullptr)
            bare_ratio.push_back(ours /
                                 measure_block<1>(packets, [&] { return std::array{bench.bare->run_pipeline()}; })[0]);
        const auto by_stage = measure_block<stage_count>(packets, [&] { return bench.work->run_stages(); });
        pipeline.push_back(ours);
        floor.push_back(limit);
        over_floor.push_back(ours - limit);
        if (bench.work->floor_kind() != FloorKind::none) floor_ratio.push_back(ours / limit);
        for (std::size_t stage = 0; stage < stage_count; ++stage) stages[stage].push_back(by_stage[stage]);
    }
    row.pipeline.runs.push_back(fixture::median_of(pipeline));
    row.floor.runs.push_back(fixture::median_of(floor));
    row.over_floor.runs.push_back(fixture::median_of(over_floor));
    if (!floor_ratio.empty()) row.floor_ratio.runs.push_back(fixture::median_of(floor_ratio));
    if (!bare_ratio.empty()) row.bare_ratio.runs.push_back(fixture::median_of(bare_ratio));
    for (std::size_t stage = 0; stage < stage_count; ++stage)
        row.stages[stage].runs.push_back(fixture::median_of(stages[stage]));
}

}  // namespace ropewalk::perf::core
