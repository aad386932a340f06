#pragma once

#include <algorithm>
#include <ctime>

#include "config/schema/units.hpp"

namespace ropewalk::tests::lab::wanem {

using config::schema::Duration;

/// The kernel's time since the start of the program.
class Clock {
public:
    Clock() : start_(read(CLOCK_MONOTONIC)) {}

    Duration now() const { return read(CLOCK_MONOTONIC) - start_; }

    /// What is to be taken off the wall clock's time to get ours: anew for every burst, since it may be set meanwhile.
    /// Ours is read last, so that an interruption in between makes a frame come later, never leave too early; and both
    /// again when that took long.
    Duration wall_clock_offset() const {
        constexpr Duration soon = std::chrono::microseconds(5);
        Duration offset{};
        for (int attempt = 0; attempt < 4; ++attempt) {
            const Duration before = now(), wall = read(CLOCK_REALTIME), after = now();
            offset = std::max(offset, wall - after);
            if (after - before <= soon) break;
        }
        return offset;
    }

    static Duration duration_of(const timespec& time) {
        return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
    }

    /// Of this process, on all CPUs.
    static Duration cpu_time() { return read(CLOCK_PROCESS_CPUTIME_ID); }

private:
    static Duration read(clockid_t clock) {
        timespec time{};
        ::clock_gettime(clock, &time);
        return duration_of(time);
    }

    Duration start_;
};

}  // namespace ropewalk::tests::lab::wanem
