#pragma once

#include <cstdint>

#include <rte_ethdev.h>

#include "perf/linerate/arrivals.hpp"
#include "perf/linerate/frames.hpp"
#include "perf/linerate/latency_histogram.hpp"
#include "perf/linerate/trial_time.hpp"

namespace ropewalk::perf::linerate {

/// What became of the packets of one stream in one trial, as its two ports saw it.
struct StreamCounts {
    std::uint64_t offered = 0;   ///< given to the sending port
    std::uint64_t refused = 0;   ///< of these, not taken by it
    std::uint64_t missed = 0;    ///< not offered, because the generator came too late to offer them in time
    std::uint64_t received = 0;  ///< given by the receiving port: all of the following
    std::uint64_t first = 0, repeated = 0, too_late = 0;
    std::uint64_t foreign = 0;    ///< not of this stream, or not of this trial
    std::uint64_t reordered = 0;  ///< of `first`
    std::uint64_t disturbed = 0;  ///< of `received`: on their way while a CPU was away, so not among the latencies

    StreamCounts& operator+=(const StreamCounts& other);
};

/// Generator and sink of one direction. Sends on one port, receives on another, by one thread.
class Stream {
public:
    struct Ends {
        std::uint16_t tx_port, rx_port;  ///< ethdevs, queue 0 of each
        rte_mempool* pool;
        std::uint64_t steal_every;  ///< 0, or frames among which one disappears behind everybody's back
    };

    Stream(const FrameShape& shape, const Ends& ends) : frames_(shape), ends_(ends), arrivals_(shape.flows) {}

    /// A new trial; `packets_per_cycle` may be infinite.
    void begin(std::uint16_t trial, double packets_per_cycle);
    /// Offers what is due when so much of the trial has run; `now` is the time stamp.
    void send(std::uint64_t running, std::uint64_t now);
    /// Takes what has arrived; returns how much.
    std::uint16_t receive(TrialTime& time);

    const Frames& frames() const { return frames_; }
    StreamCounts counts() const;
    /// In cycles of the TSC.
    const LatencyHistogram& latency() const { return latency_; }

private:
    static constexpr std::uint16_t burst = 32;
    /// What the generator makes up for when it was held up; more would be a burst that nobody asked for.
    static constexpr std::uint64_t most_behind = 2 * burst;

    std::uint16_t due(std::uint64_t running);
    std::uint16_t steal(rte_mbuf** mbufs, std::uint16_t count) const;

    Frames frames_;
    Ends ends_;
    std::uint16_t trial_ = 0;
    double packets_per_cycle_ = 0;
    std::uint64_t offered_ = 0, refused_ = 0, missed_ = 0, received_ = 0, foreign_ = 0, disturbed_ = 0;
    Arrivals arrivals_;
    LatencyHistogram latency_;
};

}  // namespace ropewalk::perf::linerate
