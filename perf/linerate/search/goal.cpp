#include "perf/linerate/search/goal.hpp"

#include <algorithm>
#include <vector>

namespace ropewalk::perf::linerate::search {

namespace {

/// Seconds of trials at one load.
struct DurationSums {
    double low_loss_full = 0, high_loss_full = 0;    ///< trials as long as the goal demands
    double low_loss_short = 0, high_loss_short = 0;  ///< shorter ones
};

bool is_full_length(const Goal& goal, const TrialResult& trial) {
    return trial.plan.seconds >= goal.final_trial_seconds;
}

DurationSums sums_of(const Goal& goal, std::span<const TrialResult> trials) {
    DurationSums sums;
    for (const TrialResult& trial : trials) {
        const bool low = trial.loss_ratio() <= goal.loss_ratio;
        if (is_full_length(goal, trial))
            (low ? sums.low_loss_full : sums.high_loss_full) += trial.plan.seconds;
        else
            (low ? sums.low_loss_short : sums.high_loss_short) += trial.plan.seconds;
    }
    return sums;
}

}  // namespace

LoadClass classify(const Goal& goal, std::span<const TrialResult> trials) {
    const DurationSums sums = sums_of(goal, trials);
    const double balancing = sums.low_loss_short * goal.exceed_ratio / (1 - goal.exceed_ratio);
    const double high_loss = sums.high_loss_full + std::max(0.0, sums.high_loss_short - balancing);
    const double whole = std::max(sums.low_loss_full + high_loss, goal.duration_sum_seconds);
    // Sums of tenths of seconds are not exact in binary.
    const double allowed = whole * goal.exceed_ratio + 1e-9 * whole;
    const bool lower_if_all_else_goes_well = high_loss <= allowed;
    const bool lower_if_all_else_fails = whole - sums.low_loss_full <= allowed;
    if (lower_if_all_else_fails) return LoadClass::lower_bound;
    return lower_if_all_else_goes_well ? LoadClass::undecided : LoadClass::upper_bound;
}

double conditional_throughput(const Goal& goal, std::span<const TrialResult> trials) {
    std::vector<TrialResult> full;
    double seconds = 0;
    for (const TrialResult& trial : trials) {
        if (!is_full_length(goal, trial)) continue;
        full.push_back(trial);
        seconds += trial.plan.seconds;
    }
    std::ranges::sort(full, {}, &TrialResult::loss_ratio);
    double remaining = std::max(goal.duration_sum_seconds, seconds) * (1 - goal.exceed_ratio);
    double loss_ratio = 1;
    for (const TrialResult& trial : full) {
        loss_ratio = trial.loss_ratio();
        remaining -= trial.plan.seconds;
        if (remaining <= 1e-9) break;
    }
    if (remaining > 1e-9) loss_ratio = 1;
    return trials.front().plan.load_pps * (1 - loss_ratio);
}

}  // namespace ropewalk::perf::linerate::search
