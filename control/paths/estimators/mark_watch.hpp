#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "config/region/probe_sight.hpp"

namespace ropewalk::control::paths {

/// Which of the DSCPs that the peer's probes of a path wear do not arrive, although those of best effort do: bit d for
/// DSCP d. Pure.
class MarkWatch {
public:
    /// So many probes of one DSCP must be missing in a row, and so many that the loss of those of best effort explains
    /// it less than one in ten thousand times.
    static constexpr std::uint64_t probes_missed = 6;
    static constexpr double chance = 1e-4;
    static constexpr std::uint64_t shortest_span_ns = 150'000'000;

    /// A probe of best effort came, each once; `changed` is PathLook::marks_changed.
    void take(const config::region::ProbeSight& probe, std::uint64_t changed, std::uint64_t now_ns) {
        const std::uint64_t announced = probe.marks;
        ++came_;
        heard_ |= changed ^ changed_;
        changed_ = changed;
        asked_ &= announced;
        lost_ &= announced & ~heard_;
        const std::uint64_t turns = static_cast<unsigned>(std::popcount(announced)),
                            interval_ns = std::uint64_t{1000} * probe.interval_us;
        if (now_ns - begun_ns_ < std::max(probes_missed * turns * interval_ns, shortest_span_ns)) return;
        const std::uint64_t missing = asked_ & ~heard_;
        if (missing != 0 && may_be_loss(probe.number - first_number_, turns)) return;
        lost_ = missing;
        asked_ = announced;
        heard_ = came_ = 0;
        begun_ns_ = now_ns;
        first_number_ = probe.number;
    }
    /// Nothing comes at all, so that nothing can be said of some.
    void forget() { asked_ = heard_ = lost_ = came_ = begun_ns_ = 0; }

    std::uint64_t lost() const { return lost_; }

private:
    /// All of one DSCP missing, where so many probes of best effort were sent.
    bool may_be_loss(std::uint32_t sent, std::uint64_t turns) const {
        const double loss = 1 - std::min(1.0, static_cast<double>(came_) / sent);
        return std::pow(loss, static_cast<double>(sent) / static_cast<double>(turns)) > chance;
    }

    std::uint64_t changed_ = 0;
    std::uint64_t begun_ns_ = 0;
    std::uint32_t first_number_ = 0;       ///< of the probe that came then
    std::uint64_t came_ = 0;               ///< probes of best effort since then
    std::uint64_t asked_ = 0, heard_ = 0;  ///< since then: announced all the time, came
    std::uint64_t lost_ = 0;
};

}  // namespace ropewalk::control::paths
