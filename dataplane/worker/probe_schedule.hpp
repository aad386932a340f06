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

    /// True once in look_interval_ns.
    bool looks(std::uint64_t now_ns) {
        if (now_ns < look_ns_) return false;
        look_ns_ = now_ns + look_interval_ns;
        return true;
    }

    bool is_due(std::uint32_t slot, std::uint64_t now_ns) const { return due_ns_[slot] <= now_ns; }

    /// The probe that is due is sent, or, with interval 0, none goes by this path now. Probes keep their pace, but for
    /// those that fell into a pause, which are left out.
    void sent(std::uint32_t slot, std::uint32_t interval_us, std::uint64_t now_ns) {
        const std::uint64_t interval_ns =
            interval_us == 0 ? idle_interval_ns
                             : std::clamp(std::uint64_t{1000} * interval_us, shortest_interval_ns, longest_interval_ns);
        // Paths that begin together do not go on together.
        if (due_ns_[slot] == 0) {
            due_ns_[slot] = now_ns + interval_ns * (slot * 37 % 64 + 1) / 64;
            return;
        }
        due_ns_[slot] = std::max(due_ns_[slot] + interval_ns, now_ns + interval_ns / 4);
        if (due_ns_[slot] > now_ns + interval_ns) due_ns_[slot] = now_ns + interval_ns;
    }

    std::uint32_t next_number(std::uint32_t slot) { return ++numbers_[slot]; }

    /// Of these DSCPs, bit d for DSCP d, the one whose turn it is on a path. There must be one.
    std::uint8_t next_dscp(std::uint32_t slot, std::uint64_t marks) {
        const std::uint64_t later = marks & ~std::uint64_t{1} << dscps_[slot];
        return dscps_[slot] = static_cast<std::uint8_t>(std::countr_zero(later != 0 ? later : marks));
    }

private:
    std::uint64_t look_ns_ = 0;
    std::array<std::uint64_t, config::region::max_paths> due_ns_{};
    std::array<std::uint32_t, config::region::max_paths> numbers_{};
    std::array<std::uint8_t, config::region::max_paths> dscps_{};  ///< that were used last
};

}  // namespace ropewalk::dataplane::worker
