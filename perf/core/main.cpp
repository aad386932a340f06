#include <algorithm>
#include <exception>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "dataplane/packet/burst.hpp"
#include "perf/core/measurement.hpp"
#include "perf/core/report.hpp"
#include "perf/fixture/allowed_cpu.hpp"
#include "perf/fixture/packet_memory.hpp"

using namespace ropewalk;
using namespace ropewalk::perf;

namespace {

Result<std::string> measure(unsigned cpu, const std::vector<core::RowKey>& rows, const core::Plan& plan) {
    if (auto allowed = fixture::cpu_is_allowed("--cpu", cpu); !allowed) return tl::make_unexpected(allowed.error());
    const auto memory = fixture::PacketMemory::start("ropewalk-perf-core", cpu, plan.mbufs, plan.pages);
    if (!memory) return tl::make_unexpected(memory.error());
    auto measurement = core::Measurement::prepare(rows, plan, memory->pool.get());
    if (!measurement) return tl::make_unexpected(measurement.error());
    if (auto outcome = measurement->run(); !outcome) return tl::make_unexpected(outcome.error());
    return core::report_as_json({ROPEWALK_MARCH, memory->kind, cpu}, plan, measurement->rows());
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Measures one worker's two pipelines beside the crypto library alone; JSON on standard output."};
    core::Plan plan;
    unsigned cpu = dataplane::eal::allowed_cpus().back();
    std::string work;
    std::vector<std::string> names;
    app.add_option("--cpu", cpu, "CPU to measure on")->capture_default_str();
    app.add_option("--burst", plan.burst, "packets in a burst")
        ->check(CLI::Range(8, int{dataplane::packet::burst_capacity}))
        ->capture_default_str();
    app.add_option("--pool", plan.mbufs, "mbufs in the pool")->check(CLI::Range(1023, 262143))->capture_default_str();
    app.add_option("--ahead", plan.ahead, "bursts made before the one that is measured, so that it has left the caches")
        ->check(CLI::Range(0, 1000))
        ->capture_default_str();
    app.add_flag_callback(
        "--ordinary-pages", [&] { plan.pages = fixture::MemoryPlan::Pages::ordinary; }, "no hugepages");
    app.add_option("--runs", plan.runs, "times that every row is measured")
        ->check(CLI::Range(7, 1000))
        ->capture_default_str();
    app.add_option("--blocks", plan.blocks, fmt::format("blocks of {} bursts in a run", core::bursts_per_block))
        ->check(CLI::Range(1, 10000))
        ->capture_default_str();
    app.add_option("--work", work, "only this work")
        ->check(CLI::IsMember({"to_paths", "to_inside", "duplicate_drop", "loop"}));
    std::vector<core::RowKey> rows = core::all_rows();
    std::vector<std::string> known;
    for (const core::RowKey& row : rows) known.push_back(core::name_of(row));
    app.add_option("--rows", names, "only these, WORK/CIPHER/SIZE/COPIES, by commas")
        ->delimiter(',')
        ->check(CLI::IsMember(known));
    CLI11_PARSE(app, argc, argv);

    if (!work.empty()) std::erase_if(rows, [&](const core::RowKey& row) { return core::name_of(row.work) != work; });
    if (!names.empty())
        std::erase_if(rows, [&](const core::RowKey& row) {
            return std::find(names.begin(), names.end(), core::name_of(row)) == names.end();
        });
    try {
        const auto report = measure(cpu, rows, plan);
        if (report) {
            fmt::print("{}\n", *report);
            return 0;
        }
        fmt::print(stderr, "ropewalk-perf-core: {}\n", report.error().message);
    } catch (const std::exception& error) {
        fmt::print(stderr, "ropewalk-perf-core: {}\n", error.what());
    }
    return 1;
}
