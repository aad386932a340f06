#pragma once

#include <array>
#include <cstdint>

#include "dataplane/pipeline/stage.hpp"
#include "perf/fixture/cycle_clock.hpp"

namespace ropewalk::perf::core {

using dataplane::pipeline::Stage;
using dataplane::pipeline::stage_count;
using dataplane::pipeline::stage_names;

/// Indexed by Stage.
using StageCycles = std::array<std::uint64_t, stage_count>;

/// Reads the clock around each stage of one burst.
class StageClock {
public:
    /// What a pipeline is given to tell this clock.
    struct Probe {
        StageClock& clock;
        void passed(Stage stage) { clock.ran(stage); }
    };

    void start() { last_ = fixture::start_cycles(); }
    Probe probe() { return {*this}; }
    /// What ran since the last reading was this stage; several times are added up.
    void ran(Stage stage) {
        const std::uint64_t now = fixture::read_cycles();
        cycles_[static_cast<std::size_t>(stage)] += fixture::without_clock(now - last_);
        last_ = fixture::read_cycles();
    }
    const StageCycles& cycles() const { return cycles_; }

private:
    StageCycles cycles_{};
    std::uint64_t last_ = 0;
};

}  // namespace ropewalk::perf::core
