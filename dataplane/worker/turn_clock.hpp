#pragma once

#include <cstdint>

namespace ropewalk::dataplane::worker {

/// When a turn began.
struct TurnTime {
    std::uint64_t monotonic_ns;  ///< CLOCK_MONOTONIC: stands still while the machine is suspended
    std::uint64_t boot_ns;       ///< CLOCK_BOOTTIME: goes on

    constexpr TurnTime(std::uint64_t monotonic, std::uint64_t boot) : monotonic_ns(monotonic), boot_ns(boot) {}
    /// Of a machine that was never suspended.
    constexpr TurnTime(std::uint64_t now_ns) : TurnTime(now_ns, now_ns) {}
};

/// Makes both times of one reading of CLOCK_BOOTTIME a turn: how long the machine was suspended in all is asked anew
/// only after a pause, for it was no shorter. Pure; one worker's.
class TurnClock {
public:
    static constexpr std::uint64_t pause_ns = 100'000'000;

    /// `suspended_ns` tells that time, and is called at first and after a pause.
    template <class SuspendedNs>
    TurnTime turn(std::uint64_t boot_ns, SuspendedNs suspended_ns) {
        if (boot_ns - last_ns_ > pause_ns) [[unlikely]]
            suspended_ns_ = suspended_ns();
        last_ns_ = boot_ns;
        return {boot_ns - suspended_ns_, boot_ns};
    }

private:
    std::uint64_t last_ns_ = 0, suspended_ns_ = 0;
};

}  // namespace ropewalk::dataplane::worker
