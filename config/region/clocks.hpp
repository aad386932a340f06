#pragma once

#include <ctime>

#include <cstdint>

namespace ropewalk::config::region {

/// Since the clock's own zero.
inline std::uint64_t clock_ns(clockid_t clock) {
    timespec now{};
    ::clock_gettime(clock, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

/// CLOCK_MONOTONIC in nanoseconds: the clock of every heartbeat in the shared memory, the same for all processes. It
/// stands still while the machine is suspended.
inline std::uint64_t monotonic_ns() {
    return clock_ns(CLOCK_MONOTONIC);
}

/// CLOCK_BOOTTIME in nanoseconds: the same, but that it goes on in a suspend.
inline std::uint64_t boottime_ns() {
    return clock_ns(CLOCK_BOOTTIME);
}

/// How long the machine was suspended since it booted; too much by what this thread stood still in four readings.
inline std::uint64_t suspended_ns() {
    std::uint64_t least = ~std::uint64_t{0};
    for (int reading = 0; reading < 4; ++reading) {
        const std::uint64_t monotonic = monotonic_ns();
        const std::uint64_t suspended = boottime_ns() - monotonic;
        if (suspended < least) least = suspended;
    }
    return least;
}

}  // namespace ropewalk::config::region
