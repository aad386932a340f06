#pragma once

#include <cstdint>
#include <optional>

namespace ropewalk::dataplane::house {

/// The time of day between two readings of the time since boot, which goes on in a suspend.
struct ClockReading {
    std::uint64_t wall_ns;                        ///< CLOCK_REALTIME
    std::uint64_t boot_before_ns, boot_after_ns;  ///< CLOCK_BOOTTIME
};

/// Of this machine, now.
ClockReading read_clocks();

/// Sees when the time of day leaves the time that the machine itself counted. It does so when somebody sets it, and
/// when a machine was resumed from a snapshot of its memory, as soon as its clock is put right: then what it does may
/// have been done before, by itself or by a copy. Being slowed or hastened (adjtime) moves both. Pure.
class ClockWatch {
public:
    static constexpr std::int64_t noticed_ns = 1'000'000'000;
    /// A look that took longer says nothing: this process had no CPU meanwhile.
    static constexpr std::uint64_t longest_look_ns = 10'000'000;

    /// By how much the time of day ran ahead since this last said so, or, below zero, was set back; 0: not worth
    /// telling. Steps ahead add up until they are.
    std::int64_t moved_ns(const ClockReading& now);

private:
    std::optional<std::int64_t> offset_ns_;  ///< of the time of day to the time since boot
};

}  // namespace ropewalk::dataplane::house
