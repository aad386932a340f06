#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "config/result.hpp"
#include "perf/core/block.hpp"
#include "perf/core/floor.hpp"
#include "perf/core/row_key.hpp"
#include "perf/core/work.hpp"
#include "perf/fixture/looped_gateway.hpp"
#include "perf/fixture/packet_memory.hpp"
#include "perf/fixture/series.hpp"

namespace ropewalk::perf::core {

/// How much is measured.
struct Plan {
    std::uint16_t burst = 64;   ///< packets a burst holds at most
    std::uint32_t runs = 7;     ///< each visits every row once
    std::uint32_t blocks = 16;  ///< in a run, of pipeline, floor and stages in turn
    std::uint32_t ahead = 0;    ///< bursts that are made before the one that is measured
    std::uint32_t mbufs = fixture::PacketMemory::few_mbufs;
    fixture::MemoryPlan::Pages pages = fixture::MemoryPlan::Pages::automatic;
};

/// Cycles per packet of the mix.
struct Row {
    RowKey key;
    std::uint16_t packets_per_burst;
    double mean_size;  ///< bytes of an inner packet
    fixture::Series pipeline, floor;
    fixture::Series over_floor;   ///< pipeline less the floor of the same moment
    fixture::Series floor_ratio;  ///< pipeline by the floor of the same moment; empty where there is no floor
    fixture::Series bare_ratio;   ///< pipeline by the bare one of the same moment; empty where this is one
    std::array<fixture::Series, stage_count> stages;
};

/// Measures all rows in turn, `plan.runs` times over, so that a drift of the machine shows as spread of every row
/// instead of favouring some. The value of a run is the median over its blocks, that of a block the median over its
/// bursts: they are all alike, and what the machine does beside is left out. Pipeline and floor are compared block by
/// block, a fraction of a millisecond apart. Fails when packets are lost or counted wrongly.
class Measurement {
public:
    static Result<Measurement> prepare(const std::vector<RowKey>& rows, const Plan& plan, rte_mempool* pool);
    Measurement(Measurement&& other) noexcept;
    ~Measurement();

    Result<void> run();
    const std::vector<Row>& rows() const { return rows_; }

private:
    struct Bench {
        std::unique_ptr<Work> work;
        std::unique_ptr<Floor> floor;
        fixture::LoopedGateway* gateway;
        std::unique_ptr<Work> bare;  ///< what a full policy, or a checksum, is compared with; null otherwise
    };

    Measurement(const Plan& plan, rte_mempool* pool) : plan_(plan), pool_(pool) {}
    Result<void> add(const RowKey& key);
    Result<fixture::LoopedGateway*> gateway_for(const RowKey& key);
    Result<void> run_row(Row& row, Bench& bench) const;
    void run_blocks(Row& row, Bench& bench) const;

    Plan plan_;
    rte_mempool* pool_;
    dataplane::packet::Burst floor_buffers_;
    using GatewayKey = std::tuple<config::Cipher, std::uint16_t, fixture::Policy, config::UdpChecksum>;
    std::map<GatewayKey, std::unique_ptr<fixture::LoopedGateway>> gateways_;
    std::vector<Row> rows_;
    std::vector<Bench> benches_;
};

}  // namespace ropewalk::perf::core
