#pragma once

#include <cstdint>
#include <cstdlib>

#include "config/region/probe_sight.hpp"
#include "control/paths/estimators/recent_histogram.hpp"

namespace ropewalk::control::paths {

/// Round trip, and delay and jitter of what is received, from the probes of one path. The delay contains how far the
/// two gateways' clocks are apart: only differences between paths of one tunnel mean something. Pure.
class DelayEstimate {
public:
    /// Takes a probe, each once. One from another life of the peer begins anew.
    void take(const config::region::ProbeSight& probe) {
        const std::uint64_t transit = probe.arrived_ns - probe.sent_ns;
        const auto transit_ns = static_cast<std::int64_t>(transit);
        // The peer may say anything: unsigned, differences go round.
        const auto change_ns = static_cast<std::int64_t>(transit - static_cast<std::uint64_t>(last_transit_ns_));
        if (!is_known_ || change_ns > another_clock_ns || change_ns < -another_clock_ns) {
            is_known_ = true;
            transit_ns_ = transit_ns;
            jitter_ns_ = 0;
            round_trip_ns_ = 0;
        } else {
            transit_ns_ += static_cast<std::int64_t>(transit - static_cast<std::uint64_t>(transit_ns_)) / 4;
            jitter_ns_ += (std::llabs(change_ns) - jitter_ns_) / 16;
            changes_.add(static_cast<std::uint64_t>(std::llabs(change_ns)), probe.arrived_ns);
        }
        last_transit_ns_ = transit_ns;
        const auto round_trip_ns = static_cast<std::int64_t>(probe.round_trip_ns());
        if (round_trip_ns == 0) return;
        round_trips_.add(static_cast<std::uint64_t>(round_trip_ns), probe.arrived_ns);
        round_trip_ns_ = round_trip_ns_ == 0 ? round_trip_ns : round_trip_ns_ + (round_trip_ns - round_trip_ns_) / 8;
    }
    void forget() { *this = {}; }

    bool is_known() const { return is_known_; }
    /// Smoothed over some four probes; with the difference of the clocks.
    std::int64_t transit_ns() const { return transit_ns_; }
    /// RFC 3550 section 6.4.1
    std::uint64_t jitter_ns() const { return static_cast<std::uint64_t>(jitter_ns_); }
    /// Smoothed as RFC 6298 does; 0: not known.
    std::uint64_t round_trip_ns() const { return static_cast<std::uint64_t>(round_trip_ns_); }
    /// Which 99 of 100 do not pass: the delay's changes from one probe to the next, whose mean is the jitter, and round
    /// trips, over the last minute; 0: not known.
    std::uint64_t jitter_p99_ns() const { return changes_.quantile_ns(0.99); }
    std::uint64_t round_trip_p99_ns() const { return round_trips_.quantile_ns(0.99); }

private:
    /// No path's delay changes by that much; a clock does, when its machine is another or was started anew.
    static constexpr std::int64_t another_clock_ns = 2'000'000'000;

    bool is_known_ = false;
    std::int64_t transit_ns_ = 0, last_transit_ns_ = 0, jitter_ns_ = 0, round_trip_ns_ = 0;
    RecentHistogram changes_, round_trips_;
};

}  // namespace ropewalk::control::paths
