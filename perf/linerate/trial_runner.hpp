#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "config/result.hpp"
#include "perf/linerate/latency_histogram.hpp"
#include "perf/linerate/options.hpp"
#include "perf/linerate/packet_ledger.hpp"
#include "perf/linerate/running_clock.hpp"
#include "perf/linerate/search/trial.hpp"
#include "perf/linerate/topology.hpp"

namespace ropewalk::perf::linerate {

/// Time that does not count, because the host had taken a CPU away.
struct HeldSeconds {
    double generator = 0, gateways = 0;
    double longest = 0;  ///< at a stretch

    HeldSeconds& operator+=(const HeldSeconds& other) {
        generator += other.generator;
        gateways += other.gateways;
        longest = std::max(longest, other.longest);
        return *this;
    }
};

struct TrialOutcome {
    search::TrialResult result;
    StreamCounts counts;
    double seconds;            ///< that packets were offered for, and that count
    HeldSeconds held;          ///< that passed meanwhile and do not count
    LatencyHistogram latency;  ///< nanoseconds
    Ledger ledger;             ///< adds up

    double offered_pps() const { return static_cast<double>(counts.offered) / seconds; }
    double delivered_pps() const { return static_cast<double>(counts.first) / seconds; }
    /// The generator could not offer what it should have; what it missed counts as lost.
    bool generator_was_late() const;
};

/// Makes trials with packets of one shape over a topology, from this thread.
class TrialRunner {
public:
    TrialRunner(const Topology& topology, const FrameShape& shape, TrialClock clock);

    /// Offers `plan.load_pps`, half of it each way where there are two, which may be infinite; then waits for what is
    /// on its way. Fails when packets do not add up, and when CPUs were away for most of the time.
    Result<TrialOutcome> run(const search::TrialPlan& plan);
    /// The same by the wall clock; learns how long the generator's turns are. Caches and branch predictors are warm
    /// then.
    Result<TrialOutcome> warm_up(const search::TrialPlan& plan);

private:
    /// What was counted up to a moment.
    struct Books {
        GatewayCounts gateways;
        OuterCounts ports;
    };
    Books books();
    Result<TrialOutcome> run(const search::TrialPlan& plan, RunningClock::Patience patience);
    RunningClock::Patience patience() const;
    Result<void> offer(const search::TrialPlan& plan, TrialTime& time);
    Result<void> drain(TrialTime& time);
    Ledger ledger(const StreamCounts& counts, const Books& earlier, const Books& now) const;

    const Topology& topology_;
    TrialClock clock_;
    double turn_cycles_ = 0;  ///< the generator's, the longest mean of a trial
    std::vector<Stream> streams_;
    std::uint16_t trial_ = 0;
};

}  // namespace ropewalk::perf::linerate
