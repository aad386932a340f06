#pragma once

#include <optional>

#include "perf/linerate/search/mlr_search.hpp"
#include "perf/linerate/search/trial.hpp"

namespace ropewalk::perf::linerate::search {

/// The throughput of RFC 2544 section 26.1: the highest load at which a trial of fixed length loses nothing, halving
/// what is left between the best that passed and the lowest that did not.
class BinarySearch {
public:
    BinarySearch(SearchLimits limits, double trial_seconds, double relative_width)
        : limits_(limits), trial_seconds_(trial_seconds), relative_width_(relative_width) {}

    std::optional<TrialPlan> next() const {
        if (spent_ >= limits_.seconds || is_over()) return std::nullopt;
        if (!upper_ && !lower_) return TrialPlan{limits_.max_load_pps, trial_seconds_};
        return TrialPlan{(lower_.value_or(limits_.min_load_pps) + *upper_) / 2, trial_seconds_};
    }
    void add(const TrialResult& trial) {
        (trial.delivered == trial.offered ? lower_ : upper_) = trial.plan.load_pps;
        spent_ += trial.plan.seconds;
    }

    GoalOutcome outcome() const {
        const Ending ending = !is_over()          ? Ending::out_of_time
                              : lower_ && !upper_ ? Ending::passes_max_load
                              : lower_            ? Ending::found
                                                  : Ending::fails_min_load;
        return {"rfc2544", ending, lower_, upper_, lower_};
    }

private:
    bool is_over() const {
        if (lower_ && !upper_) return true;
        return upper_ && *upper_ - lower_.value_or(limits_.min_load_pps) <= relative_width_ * *upper_;
    }

    SearchLimits limits_;
    double trial_seconds_, relative_width_;
    std::optional<double> lower_, upper_;
    double spent_ = 0;
};

}  // namespace ropewalk::perf::linerate::search
