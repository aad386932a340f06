#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/schema/diff.hpp"
#include "control/publication/generation_fate.hpp"
#include "control/reload/configuration.hpp"
#include "control/reload/reload_plan.hpp"

namespace ropewalk::control::reload {

/// What is told of a reload, to the log and to who asked for it.
struct ReloadReport {
    bool succeeded = true;
    /// Sentences for people: problems, or changes and what became of them.
    std::vector<std::string> lines;
    std::vector<config::schema::Change> applied, waiting;
    std::uint64_t generation = 0;
};

/// Nothing was changed.
ReloadReport report_refusal(const ProblemLines& problems);

/// The changes, before it is known what the dataplane makes of them, and before these what there is to say of them.
ReloadReport report_plan(const ReloadPlan& plan, std::vector<std::string> notes);

/// Adds how it ended. `pending` as the fate means that the wait for the dataplane is over.
void add_fate(ReloadReport& report, std::uint64_t generation, const publication::GenerationFate& fate);

/// One line of JSON.
std::string to_json(const ReloadReport& report);

}  // namespace ropewalk::control::reload
