#pragma once

#include <ctime>

#include <cstdint>

namespace ropewalk::config::region {

/// CLOCK_MONOTONIC in nanoseconds: the clock of every heartbeat in the shared memory, the same for all processes.
inline std::uint64_t monotonic_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace ropewalk::config::region
