#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "config/region/limits.hpp"

namespace ropewalk::dataplane::worker {

/// When probes of the paths that a worker owns are due, and their numbers, by path slot. Pure; no allocation.
class ProbeSchedule {
public:
    /// How often all paths are looked at: what a probe can be late by, beside a turn.
    static constexpr std::uint64_t look_interval_ns = 1'000'000;
    /// Bounds of what can be ordered, whatever stands in a cell. A path without probes is asked again so often, too.
    static constexpr std::uint64_t shortest_interval_ns = 5'000'000, longest_interval_ns = 10'000'000'000,
                                   idle_interval_ns = 20'000'000;
    /// A path with a longer one is asked again every idle_interval_ns, too: it may be needed sooner.
    static constexpr std::uint64_t long_interval_ns = 100'000'000;

    /// True once in look_interval_ns.
    bool looks(std::uint64_t now_ns) {
        if (now_ns < look_ns_) return false;
        look_ns_ = now_ns + look_interval_ns;
        return true;
    }

    /// Whether its order is to be looked at.
    bool is_due(std::uint32_t slot, std::uint64_t now_ns) const { return due_ns_[slot] <= now_ns; }

    /// Whether the probe of a path that is due goes later still. One that is ordered sooner than that goes now.
    bool waits(std::uint32_t slot, std::uint32_t interval_us, std::uint64_t now_ns) {
        if (next_ns_[slot] > now_ns + bounded(interval_us)) next_ns_[slot] = now_ns;
        if (next_ns_[slot] <= now_ns) return false;
        due_ns_[slot] = std::min(next_ns_[slot], now_ns + idle_interval_ns);
        return true;
    }

    /// The probe that is due is sent, or, with interval 0, none goes by this path now. Probes keep their pace, but for
    /// those that fell into a pause, which are left out.
    void sent(std::uint32_t slot, std::uint32_t interval_us, std::uint64_t now_ns) {
        const std::uint64_t interval_ns = bounded(interval_us);
        std::uint64_t& next_ns = next_ns_[slot];
        // Paths that begin together do not go on together.
        next_ns = next_ns == 0
                      ? now_ns + interval_ns * (slot * 37 % 64 + 1) / 64
                      : std::min(std::max(next_ns + interval_ns, now_ns + interval_ns / 4), now_ns + interval_ns);
        due_ns_[slot] = interval_ns > long_interval_ns ? std::min(next_ns, now_ns + idle_interval_ns) : next_ns;
    }

    std::uint32_t next_number(std::uint32_t slot) { return ++numbers_[slot]; }

    /// Of these DSCPs, bit d for DSCP d, the one whose turn it is on a path. There must be one.
    std::uint8_t next_dscp(std::uint32_t slot, std::uint64_t marks) {
        const std::uint64_t later = marks & ~std::uint64_t{1} << dscps_[slot];
        return dscps_[slot] = static_cast<std::uint8_t>(std::countr_zero(later != 0 ? later : marks));
    }

private:
    static constexpr std::uint64_t bounded(std::uint32_t interval_us) {
        return interval_us == 0
                   ? idle_interval_ns
                   : std::clamp(std::uint64_t{1000} * interval_us, shortest_interval_ns, longest_interval_ns);
    }

    std::uint64_t look_ns_ = 0;
    std::array<std::uint64_t, config::region::max_paths> due_ns_{};   ///< when its order is looked at
    std::array<std::uint64_t, config::region::max_paths> next_ns_{};  ///< when its probe goes
    std::array<std::uint32_t, config::region::max_paths> numbers_{};
    std::array<std::uint8_t, config::region::max_paths> dscps_{};  ///< that were used last
};

}  // namespace ropewalk::dataplane::worker
