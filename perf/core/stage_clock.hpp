#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "perf/fixture/cycle_clock.hpp"

namespace ropewalk::perf::core {

/// The stages in the order of a packet's way; `egress` is handing packets back to the pool in bursts, as a port does.
enum class Stage : std::uint8_t {
    classify,
    match_classes,
    choose_paths,
    seal,
    fan_out,
    find_association,
    precheck,
    open,
    deliver,
    egress
};

/// Indexed by Stage.
inline constexpr auto stage_names =
    std::to_array<std::string_view>({"classify", "match_classes", "choose_paths", "seal", "fan_out", "find_association",
                                     "precheck", "open", "deliver", "egress"});
inline constexpr std::size_t stage_count = stage_names.size();

using StageCycles = std::array<std::uint64_t, stage_count>;

/// Reads the clock around each stage of one burst.
class StageClock {
public:
    void start() { last_ = fixture::start_cycles(); }
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
