#include "control/reload/reload_report.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ropewalk::control::reload {

using config::schema::Change;
using nlohmann::ordered_json;
using publication::GenerationFate;

namespace {

std::string fate_line(std::uint64_t generation, const GenerationFate& fate) {
    switch (fate.kind) {
        case GenerationFate::Kind::no_dataplane:
            return fmt::format(
                "generation {} is published; ropewalk-dataplane is not running and takes it at its start", generation);
        case GenerationFate::Kind::in_use:
            return fmt::format("generation {} in use by {} worker{}", generation, fate.workers,
                               fate.workers == 1 ? "" : "s");
        case GenerationFate::Kind::refused:
            return fmt::format("ropewalk-dataplane refused generation {} and goes on with the one before: {}",
                               generation, fate.reason);
        case GenerationFate::Kind::pending:
            break;
    }
    return fmt::format(
        "generation {} is published, but not every worker of ropewalk-dataplane took it in time; "
        "`ropewalk show workers` tells more",
        generation);
}

ordered_json json_of(const std::vector<Change>& changes, const char* effect) {
    ordered_json list = ordered_json::array();
    for (const Change& change : changes)
        list.push_back({{"key", change.key}, {"before", change.before}, {"after", change.after}, {"effect", effect}});
    return list;
}

}  // namespace

ReloadReport report_refusal(const ProblemLines& problems) {
    ReloadReport report;
    report.succeeded = false;
    report.lines = problems;
    report.lines.emplace_back("nothing was changed");
    return report;
}

ReloadReport report_plan(const ReloadPlan& plan, std::vector<std::string> notes) {
    ReloadReport report;
    report.lines = std::move(notes);
    report.applied = plan.applied;
    report.waiting = plan.waiting;
    for (const Change& change : plan.applied) report.lines.push_back("changed: " + to_string(change));
    for (const Change& change : plan.waiting)
        report.lines.push_back("needs a restart of ropewalk-dataplane: " + to_string(change));
    if (plan.applied.empty() && plan.waiting.empty()) report.lines.emplace_back("no changes");
    return report;
}

void add_fate(ReloadReport& report, std::uint64_t generation, const GenerationFate& fate) {
    report.generation = generation;
    report.succeeded &= fate.kind == GenerationFate::Kind::in_use || fate.kind == GenerationFate::Kind::no_dataplane;
    report.lines.push_back(fate_line(generation, fate));
}

std::string to_json(const ReloadReport& report) {
    ordered_json changes = json_of(report.applied, "hot");
    for (auto& change : json_of(report.waiting, "restart")) changes.push_back(change);
    const ordered_json document{
        {"ok", report.succeeded}, {"generation", report.generation}, {"changes", changes}, {"lines", report.lines}};
    return document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace ropewalk::control::reload
