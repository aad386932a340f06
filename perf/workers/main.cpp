#include <exception>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "perf/workers/measurement.hpp"

using namespace ropewalk::perf;

int main(int argc, char** argv) {
    CLI::App app{"Measures what two workers of one gateway carry beside what one does; JSON on standard output."};
    workers::Plan plan;
    app.add_option("--first-cpu", plan.first_cpu, "CPU of the first worker")->capture_default_str();
    app.add_option("--second-cpu", plan.second_cpu, "CPU of the second worker")->capture_default_str();
    app.add_option("--runs", plan.runs, "times that everything is measured")
        ->check(CLI::Range(7, 1000))
        ->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        if (const auto report = workers::measure_all(plan)) {
            fmt::print("{}\n", *report);
            return 0;
        } else {
            fmt::print(stderr, "ropewalk-perf-workers: {}\n", report.error().message);
        }
    } catch (const std::exception& error) {
        fmt::print(stderr, "ropewalk-perf-workers: {}\n", error.what());
    }
    return 1;
}
