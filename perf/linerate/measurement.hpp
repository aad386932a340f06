#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/result.hpp"
#include "perf/linerate/options.hpp"
#include "perf/linerate/search/mlr_search.hpp"
#include "perf/linerate/trial_runner.hpp"

namespace ropewalk::perf::linerate {

/// Maximum receive rate: what comes through when all is offered that the generator can.
struct ReceiveRate {
    double median_pps, min_pps, max_pps;
};

/// One load, measured.
struct LoadPoint {
    double share;  ///< of PDR; 0 where the load was given
    TrialOutcome trial;
};

/// What was found for one size of packet.
struct Row {
    std::string size;
    double mean_bytes;  ///< of an IP packet
    std::optional<double> line_pps;
    std::optional<ReceiveRate> receive_rate;
    std::vector<search::GoalOutcome> goals;
    std::vector<LoadPoint> loads;  ///< latency by load, or the windows of a soak
    std::uint64_t trials = 0, late_trials = 0;
    double seconds = 0;                          ///< of all trials that count
    HeldSeconds held;                            ///< beside them
    StreamCounts counts;                         ///< of all trials
    std::map<std::string, std::uint64_t> drops;  ///< by reason, of all trials; duplicates among them
};

/// Told after every trial: what is measured, and what came of it.
using Progress = std::function<void(const std::string& size, const TrialOutcome&)>;

/// Makes the trials for one size. Fails when packets do not add up.
Result<Row> measure(const Options& options, const Topology& topology, const std::string& size,
                    const Progress& progress);

}  // namespace ropewalk::perf::linerate
