#include "perf/linerate/search/mlr_search.hpp"

#include <algorithm>
#include <cmath>

namespace ropewalk::perf::linerate::search {

namespace {

constexpr unsigned rounds_per_goal = 3;

}  // namespace

MlrSearch::MlrSearch(std::vector<Goal> goals, SearchLimits limits) : goals_(std::move(goals)), limits_(limits) {
    for (std::size_t i = 0; i < goals_.size(); ++i) {
        for (unsigned round = 0; round < rounds_per_goal; ++round) {
            Goal goal = goals_[i];
            const unsigned before_last = rounds_per_goal - 1 - round;
            goal.relative_width *= std::pow(2, before_last);
            if (before_last != 0) {
                // One trial decides: what it says is only where to look next.
                const double growth = goal.final_trial_seconds / goal.initial_trial_seconds;
                goal.final_trial_seconds =
                    goal.initial_trial_seconds * std::pow(growth, static_cast<double>(round) / (rounds_per_goal - 1));
                goal.duration_sum_seconds = goal.final_trial_seconds;
            }
            rounds_.push_back({goal, i});
        }
    }
    begin_round();
}

void MlrSearch::begin_round() {
    pending_.reset();
    steps_outward_ = 0;
    hints_.clear();
    if (round_ == 0 || round_ == rounds_.size()) return;
    // The round before has the same goal, or one whose bounds are near.
    const Bounds known = bounds_of(rounds_[round_ - 1].goal);
    if (known.upper) hints_.push_back(*known.upper);
    if (known.lower) hints_.push_back(*known.lower);
}

LoadClass MlrSearch::class_of(const Goal& goal, double load) const {
    const auto found = trials_.find(load);
    return found == trials_.end() ? LoadClass::undecided : classify(goal, found->second);
}

MlrSearch::Bounds MlrSearch::bounds_of(const Goal& goal) const {
    Bounds bounds;
    for (const auto& [load, trials] : trials_) {
        switch (classify(goal, trials)) {
            case LoadClass::lower_bound:
                bounds.lower = load;
                break;
            case LoadClass::upper_bound:
                bounds.upper = load;
                return bounds;
            case LoadClass::undecided:
                break;
        }
    }
    return bounds;
}

bool MlrSearch::is_narrow(const Goal& goal, const Bounds& bounds) const {
    return bounds.lower && bounds.upper && *bounds.upper - *bounds.lower <= goal.relative_width * *bounds.upper;
}

std::optional<double> MlrSearch::candidate(const Goal& goal) {
    if (pending_ && class_of(goal, *pending_) == LoadClass::undecided) return pending_;
    const Bounds bounds = bounds_of(goal);
    while (!hints_.empty()) {
        const double hint = hints_.back();
        hints_.pop_back();
        const bool matters = (!bounds.lower || hint > *bounds.lower) && (!bounds.upper || hint < *bounds.upper);
        if (matters && class_of(goal, hint) == LoadClass::undecided) return hint;
    }
    if (!bounds.lower && !bounds.upper) return limits_.max_load_pps;

    const double step = 1 + goal.relative_width * std::pow(2, steps_outward_);
    if (!bounds.upper) {
        if (*bounds.lower >= limits_.max_load_pps) return std::nullopt;
        ++steps_outward_;
        return std::min(limits_.max_load_pps, *bounds.lower * step);
    }
    if (!bounds.lower) {
        if (*bounds.upper <= limits_.min_load_pps) return std::nullopt;
        ++steps_outward_;
        // What came through at a load that was too high is the best guess at one that is not.
        const double forwarded = *bounds.upper * (1 - trials_.at(*bounds.upper).back().loss_ratio());
        const double guess = steps_outward_ == 1 ? std::min(forwarded, *bounds.upper / step) : *bounds.upper / step;
        return std::max(limits_.min_load_pps, guess);
    }
    if (is_narrow(goal, bounds)) return std::nullopt;
    return std::sqrt(*bounds.lower * *bounds.upper);
}

std::optional<TrialPlan> MlrSearch::next() {
    while (round_ < rounds_.size()) {
        const auto& [goal, of_goal] = rounds_[round_];
        const double until = limits_.seconds * static_cast<double>(of_goal + 1) / static_cast<double>(goals_.size());
        if (spent_ < until && (pending_ = candidate(goal))) return TrialPlan{*pending_, goal.final_trial_seconds};
        ++round_;
        begin_round();
    }
    return std::nullopt;
}

void MlrSearch::add(const TrialResult& trial) {
    trials_[trial.plan.load_pps].push_back(trial);
    spent_ += trial.plan.seconds;
}

std::vector<GoalOutcome> MlrSearch::outcomes() const {
    std::vector<GoalOutcome> outcomes;
    for (const Goal& goal : goals_) {
        const Bounds bounds = bounds_of(goal);
        GoalOutcome outcome{goal.name, Ending::out_of_time, bounds.lower, bounds.upper, {}};
        if (is_narrow(goal, bounds))
            outcome.ending = Ending::found;
        else if (bounds.lower && !bounds.upper && *bounds.lower >= limits_.max_load_pps)
            outcome.ending = Ending::passes_max_load;
        else if (bounds.upper && !bounds.lower && *bounds.upper <= limits_.min_load_pps)
            outcome.ending = Ending::fails_min_load;
        if (bounds.lower) outcome.conditional_throughput_pps = conditional_throughput(goal, trials_.at(*bounds.lower));
        outcomes.push_back(outcome);
    }
    return outcomes;
}

}  // namespace ropewalk::perf::linerate::search
