#include <exception>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "perf/fixture/packet_memory.hpp"
#include "perf/micro/bench.hpp"

using namespace ropewalk;

namespace {

rte_mempool* program_pool = nullptr;

}  // namespace

rte_mempool* perf::micro::pool() {
    return program_pool;
}

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    CLI::App app{"Measures the parts of the packet path one by one. Takes Google Benchmark's options too."};
    unsigned cpu = dataplane::eal::allowed_cpus().back();
    app.add_option("--cpu", cpu, "CPU to measure on")->capture_default_str();
    CLI11_PARSE(app, argc, argv);

    const auto memory = perf::fixture::PacketMemory::start("ropewalk-perf-micro", cpu);
    if (!memory) {
        fmt::print(stderr, "ropewalk-perf-micro: {}\n", memory.error().message);
        return 1;
    }
    program_pool = memory->pool.get();
    try {
        benchmark::RunSpecifiedBenchmarks();
    } catch (const std::exception& error) {
        fmt::print(stderr, "ropewalk-perf-micro: {}\n", error.what());
        return 1;
    }
    benchmark::Shutdown();
    return 0;
}
