#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "perf/linerate/search/goal.hpp"
#include "perf/linerate/search/trial.hpp"

namespace ropewalk::perf::linerate::search {

struct SearchLimits {
    double min_load_pps, max_load_pps;
    double seconds;  ///< of trials in all, the same share for each goal; what was not found by then is not found
};

/// How the search of a goal ended.
enum class Ending : std::uint8_t {
    found,            ///< lower and upper bound as close as demanded
    passes_max_load,  ///< there is no upper bound
    fails_min_load,   ///< there is no lower bound
    out_of_time,      ///< the bounds so far, if any
};

struct GoalOutcome {
    std::string name;
    Ending ending;
    std::optional<double> lower_pps, upper_pps;        ///< the relevant bounds (RFC 9971)
    std::optional<double> conditional_throughput_pps;  ///< at the lower one
};

/// Searches the rates of several goals at once by the rules of RFC 9971: trials are shared, short ones find the
/// neighbourhood, full-length ones decide. Ask next(), make the trial, add() it, until there is no next.
class MlrSearch {
public:
    /// `goals` are searched in their order.
    MlrSearch(std::vector<Goal> goals, SearchLimits limits);

    std::optional<TrialPlan> next();
    void add(const TrialResult& trial);
    /// Time went by for trials that do not count.
    void lose(double seconds) { spent_ += seconds; }

    std::vector<GoalOutcome> outcomes() const;
    double seconds_spent() const { return spent_; }

private:
    struct Bounds {
        std::optional<double> lower, upper;
    };
    /// One goal is searched in rounds, each with longer trials and a narrower width than the one before.
    struct Round {
        Goal goal;
        std::size_t of_goal;
    };

    Bounds bounds_of(const Goal& goal) const;
    LoadClass class_of(const Goal& goal, double load) const;
    bool is_narrow(const Goal& goal, const Bounds& bounds) const;
    /// A load worth a trial in this round, or none when the round is over.
    std::optional<double> candidate(const Goal& goal);
    void begin_round();

    std::vector<Goal> goals_;
    SearchLimits limits_;
    std::vector<Round> rounds_;
    std::size_t round_ = 0;
    std::map<double, std::vector<TrialResult>> trials_;  ///< by load
    std::vector<double> hints_;                          ///< bounds of the round before, not looked at yet
    std::optional<double> pending_;                      ///< a load that needs more trials
    unsigned steps_outward_ = 0;
    double spent_ = 0;
};

}  // namespace ropewalk::perf::linerate::search
