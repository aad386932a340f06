#pragma once

#include <cstdint>

#include "tests/sim/scenario.hpp"

namespace ropewalk::tests::sim {

/// The clocks of one machine: both run at its own speed, the time of day can be set.
class MachineClock {
public:
    explicit MachineClock(const Scenario::Clock& clock) : clock_(clock) {}

    /// CLOCK_MONOTONIC; no machine has just booted.
    std::uint64_t monotonic_ns(Time now) const { return up_since_boot + elapsed(now); }
    /// CLOCK_REALTIME
    std::uint64_t time_of_day_ns(Time now) const {
        return epoch + elapsed(now) + static_cast<std::uint64_t>(clock_.offset_ns + step_ns_);
    }
    void set_step(std::int64_t nanoseconds) { step_ns_ = nanoseconds; }

private:
    static constexpr std::uint64_t up_since_boot = 1000 * second;
    static constexpr std::uint64_t epoch = 1'700'000'000 * second;

    std::uint64_t elapsed(Time now) const {
        return now + static_cast<std::uint64_t>(static_cast<std::int64_t>(now / 1'000'000) * clock_.drift_ppm);
    }

    Scenario::Clock clock_;
    std::int64_t step_ns_ = 0;
};

}  // namespace ropewalk::tests::sim
