#include <malloc.h>

#include <charconv>
#include <exception>
#include <string>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "tests/sim/arguments.hpp"
#include "tests/sim/many_seeds.hpp"
#include "tests/sim/mutation.hpp"
#include "tests/sim/run.hpp"
#include "tests/sim/shrink.hpp"

namespace ropewalk::tests::sim {
namespace {

std::vector<unsigned> numbers_of(const std::string& list) {
    std::vector<unsigned> numbers;
    const char* at = list.data();
    const char* const end = at + list.size();
    for (unsigned number; at < end; ++at) {
        const auto [next, error] = std::from_chars(at, end, number);
        if (error != std::errc()) break;
        numbers.push_back(number);
        at = next;
    }
    return numbers;
}

Selection selection_of(const Arguments& arguments, const Scenario& whole) {
    Selection selection = Selection::all_of(whole);
    if (!arguments.faults.empty()) selection.faults = numbers_of(arguments.faults);
    if (!arguments.paths.empty()) selection.paths = numbers_of(arguments.paths);
    if (arguments.burst != 0) selection.largest_burst = arguments.burst;
    return selection;
}

void print_violation(const World::Violation& violation) {
    fmt::print("VIOLATION of {} at {:.6f} s: {}\n", violation.property, static_cast<double>(violation.at) / second,
               violation.what);
}

int run_one(Runner& runner, const Arguments& arguments) {
    const Scenario whole = draw_scenario(*arguments.seed);
    const Scenario scenario = selection_of(arguments, whole).of(whole);
    const Outcome outcome = runner.run(scenario, arguments.trace ? Trace::Print::events : Trace::Print::nothing);
    fmt::print("seed {}: {} paths, {} events, {} packets, {} copies, trace hash {:016x}\n", *arguments.seed,
               scenario.paths.size(), outcome.events, outcome.packets, outcome.copies, outcome.trace_hash);
    for (std::size_t i = 0; i < scenario.faults.size(); ++i) fmt::print("  {}\n", to_string(scenario.faults[i]));
    if (outcome.violation) print_violation(*outcome.violation);
    return outcome.violation ? 1 : 0;
}

std::string with_mutation(const Arguments& arguments, std::string command) {
    if (arguments.mutation.empty()) return command;
    return "ropewalk-sim-mutants --mutation " + arguments.mutation + command.substr(command.find(' '));
}

int run_many(Runner& runner, const Arguments& arguments) {
    Totals totals;
    const auto failure = ManySeeds{arguments.first_seed, arguments.seeds, arguments.minutes}.run(runner, totals);
    if (failure) {
        print_violation(failure->violation);
        const Scenario whole = draw_scenario(failure->seed);
        fmt::print("replay:  {} --trace\n", with_mutation(arguments, Selection::all_of(whole).command(whole)));
        const Selection least = shrink(runner, whole, failure->violation.property);
        fmt::print("shrunk:  {} --trace\n", with_mutation(arguments, least.command(whole)));
        const Scenario shrunk = least.of(whole);
        for (const Fault& fault : shrunk.faults) fmt::print("  {}\n", to_string(fault));
    }
    fmt::print("sim: {} seeds, {} packets, {} faults, {} violations\n", totals.seeds, totals.packets, totals.faults,
               failure ? 1 : 0);
    return failure ? 1 : 0;
}

/// Seeds that it took until a violation, of whatever property or of one.
std::string seeds_until_caught(Runner& runner, const Arguments& arguments, std::string_view property) {
    runner.check_only(std::string(property));
    Totals totals;
    const auto failure = ManySeeds{arguments.first_seed, arguments.seeds, arguments.minutes}.run(runner, totals);
    return failure ? std::to_string(totals.seeds) : "not caught";
}

int run_mutations(Runner& runner, const Arguments& arguments) {
    fmt::print("| mutation | breaks | seeds until that is seen | seeds until anything is seen |\n|---|---|---|---|\n");
    bool all_caught = true;
    for (const Mutation& mutation : mutations()) {
        activate(mutation.name);
        const std::string own = seeds_until_caught(runner, arguments, mutation.property);
        const std::string any = seeds_until_caught(runner, arguments, {});
        fmt::print("| `{}` | `{}` | {} | {} |\n", mutation.name, mutation.property, own, any);
        std::fflush(stdout);
        all_caught &= own != "not caught" && any != "not caught";
    }
    return all_caught ? 0 : 1;
}

int run(int argc, char** argv) {
    const Arguments arguments = read_arguments(argc, argv);
    // The program's own log lines would be many; large blocks are made and given back in every run.
    spdlog::set_level(spdlog::level::off);
    mallopt(M_MMAP_THRESHOLD, 256 << 20);
    mallopt(M_TRIM_THRESHOLD, 512 << 20);
    if (arguments.list_mutations) {
        for (const Mutation& mutation : mutations()) fmt::print("{} {}\n", mutation.name, mutation.property);
        return 0;
    }
    if (!arguments.mutation.empty() && !activate(arguments.mutation)) {
        fmt::print(stderr,
                   "there is no mutation '{}' in this program; ropewalk-sim-mutants --list-mutations names them\n",
                   arguments.mutation);
        return 2;
    }
    Runner runner;
    runner.check_only(arguments.property);
    if (arguments.all_mutations) return run_mutations(runner, arguments);
    return arguments.seed ? run_one(runner, arguments) : run_many(runner, arguments);
}

}  // namespace
}  // namespace ropewalk::tests::sim

int main(int argc, char** argv) {
    try {
        return ropewalk::tests::sim::run(argc, argv);
    } catch (const std::exception& problem) {
        fmt::print(stderr, "ropewalk-sim: {}\n", problem.what());
        return 2;
    }
}
