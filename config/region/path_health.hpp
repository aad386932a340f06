#pragma once

#include <atomic>
#include <cstdint>

#include "config/region/limits.hpp"

namespace ropewalk::config::region {

/// How a path is, as control judges it. docs/health.md tells what leads from one to another.
enum class PathState : std::uint8_t {
    unknown = 0,  ///< nothing can be said: the wire does not tell paths apart, or it was never looked at
    init = 1,     ///< it has not proved itself yet, since the start or since it could be used again
    up = 2,
    suspect = 3,       ///< something that was due did not come
    down = 4,          ///< nothing can be sent, or one direction is dead, or it has to prove itself again
    lossy = 5,         ///< up, but it loses much
    slow = 6,          ///< up, but far behind the fastest path
    stale = 7,         ///< how it was when it could be judged last
    metered_idle = 8,  ///< up, but it costs by the byte and nothing needs it
};

/// What control last wrote of a path's health: for the command line, for metrics, and for the next control.
struct PathHealth {
    PathState state = PathState::unknown;
    bool is_drained = false;     ///< an operator has taken it out of use for traffic
    std::uint8_t flaps = 0;      ///< times it went down without a cause that is known, in the last ten minutes
    std::uint64_t since_ns = 0;  ///< CLOCK_MONOTONIC; since when it is so
    std::uint64_t hold_down_until_ns = 0;  ///< CLOCK_MONOTONIC; not up before
    std::uint64_t round_trip_ns = 0;       ///< smoothed; 0: not known
    std::uint64_t jitter_ns = 0;           ///< of what is received, RFC 3550 section 6.4.1
    /// Which 99 of 100 did not pass within the last minute; 0: not known.
    std::uint32_t round_trip_p99_us = 0, jitter_p99_us = 0;
    /// Behind the fastest path of the tunnel, in the direction that is received, and in the one that is sent, as the
    /// peer sees it.
    std::uint32_t rx_delay_over_best_us = 0, tx_delay_over_best_us = 0;
    /// ReceptionFigures::lost over 1, 10 and 60 s; and what the peer says of the last second of our direction.
    std::uint16_t rx_lost_1s = 0xffff, rx_lost_10s = 0xffff, rx_lost_60s = 0xffff, tx_lost_1s = 0xffff;
    bool operator==(const PathHealth&) const = default;
};

/// By path slot. Written by control, each word by itself.
class alignas(cache_line_bytes) PathHealthCell {
public:
    void store(const PathHealth& health) {
        since_ns_.store(health.since_ns, std::memory_order_relaxed);
        hold_down_until_ns_.store(health.hold_down_until_ns, std::memory_order_relaxed);
        round_trip_ns_.store(health.round_trip_ns, std::memory_order_relaxed);
        jitter_ns_.store(health.jitter_ns, std::memory_order_relaxed);
        p99s_.store(std::uint64_t{health.round_trip_p99_us} << 32 | health.jitter_p99_us, std::memory_order_relaxed);
        delays_.store(std::uint64_t{health.rx_delay_over_best_us} << 32 | health.tx_delay_over_best_us,
                      std::memory_order_relaxed);
        losses_.store(std::uint64_t{health.rx_lost_1s} << 48 | std::uint64_t{health.rx_lost_10s} << 32 |
                          std::uint64_t{health.rx_lost_60s} << 16 | health.tx_lost_1s,
                      std::memory_order_relaxed);
        state_.store(static_cast<std::uint64_t>(health.state) | std::uint64_t{health.flaps} << 8 |
                         std::uint64_t{health.is_drained} << 16,
                     std::memory_order_relaxed);
    }
    /// A number that is no state reads as unknown.
    PathHealth load() const {
        PathHealth health;
        const std::uint64_t state = state_.load(std::memory_order_relaxed),
                            p99s = p99s_.load(std::memory_order_relaxed),
                            delays = delays_.load(std::memory_order_relaxed),
                            losses = losses_.load(std::memory_order_relaxed);
        if ((state & 0xff) <= static_cast<std::uint64_t>(PathState::metered_idle))
            health.state = static_cast<PathState>(state & 0xff);
        health.flaps = static_cast<std::uint8_t>(state >> 8);
        health.is_drained = (state >> 16 & 1) != 0;
        health.since_ns = since_ns_.load(std::memory_order_relaxed);
        health.hold_down_until_ns = hold_down_until_ns_.load(std::memory_order_relaxed);
        health.round_trip_ns = round_trip_ns_.load(std::memory_order_relaxed);
        health.jitter_ns = jitter_ns_.load(std::memory_order_relaxed);
        health.round_trip_p99_us = static_cast<std::uint32_t>(p99s >> 32);
        health.jitter_p99_us = static_cast<std::uint32_t>(p99s);
        health.rx_delay_over_best_us = static_cast<std::uint32_t>(delays >> 32);
        health.tx_delay_over_best_us = static_cast<std::uint32_t>(delays);
        health.rx_lost_1s = static_cast<std::uint16_t>(losses >> 48);
        health.rx_lost_10s = static_cast<std::uint16_t>(losses >> 32);
        health.rx_lost_60s = static_cast<std::uint16_t>(losses >> 16);
        health.tx_lost_1s = static_cast<std::uint16_t>(losses);
        return health;
    }

private:
    std::atomic<std::uint64_t> state_{0}, since_ns_{0}, hold_down_until_ns_{0}, round_trip_ns_{0}, jitter_ns_{0},
        p99s_{0}, delays_{0}, losses_{0};
};

}  // namespace ropewalk::config::region
