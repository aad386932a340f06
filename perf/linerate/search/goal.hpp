#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "perf/linerate/search/trial.hpp"

namespace ropewalk::perf::linerate::search {

/// A search goal of RFC 9971 (Multiple Loss Ratio Search).
struct Goal {
    std::string name;
    double loss_ratio;             ///< a trial that loses more exceeds the goal
    double initial_trial_seconds;  ///< trials begin as short as that
    double final_trial_seconds;    ///< and only those of this length decide in the end
    double duration_sum_seconds;   ///< how much of trials a load needs to be decided
    double exceed_ratio;           ///< share of that sum which may exceed the loss ratio; below 1
    double relative_width;         ///< (upper - lower) / upper at which the search ends
};

enum class LoadClass : std::uint8_t { lower_bound, upper_bound, undecided };

/// Classifies a load by all trials made at it (RFC 9971, Appendix A): undecided while more trials could still turn it
/// either way.
LoadClass classify(const Goal& goal, std::span<const TrialResult> trials);

/// What a load forwards when the trials that may exceed the goal are left out (RFC 9971, Appendix B), packets a second.
/// `trials` are all those made at one load, at least one.
double conditional_throughput(const Goal& goal, std::span<const TrialResult> trials);

}  // namespace ropewalk::perf::linerate::search
