#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <rte_cycles.h>
#include <rte_mempool.h>

#include "config/region/records.hpp"
#include "perf/fixture/cycle_clock.hpp"
#include "perf/fixture/series.hpp"

namespace ropewalk::perf::micro {

/// Packets in a burst of nearly every benchmark here.
inline constexpr std::uint16_t burst_packets = 64;

/// The program's pool; lives as long as the program.
rte_mempool* pool();

inline config::Cipher cipher_of(const benchmark::State& state) {
    return state.range(0) == 256 ? config::Cipher::aes_256_gcm : config::Cipher::aes_128_gcm;
}

/// Measures `work`, which handles one burst of `packets`, and nothing of `prepare`, which makes it ready. Google
/// Benchmark's time is that of a burst; the counters are per packet, the median over the bursts.
template <class Prepare, class Work>
void measure_packets(benchmark::State& state, std::uint16_t packets, Prepare prepare, Work work) {
    const auto hz = static_cast<double>(rte_get_tsc_hz());
    std::vector<double> samples;
    for ([[maybe_unused]] auto turn : state) {
        prepare();
        const std::uint64_t began = fixture::start_cycles();
        work();
        const std::uint64_t cycles = fixture::without_clock(fixture::read_cycles() - began);
        samples.push_back(static_cast<double>(cycles));
        state.SetIterationTime(static_cast<double>(cycles) / hz);
    }
    const double cycles = fixture::median_of(std::move(samples)) / packets;
    state.counters["cycles/packet"] = cycles;
    state.counters["ns/packet"] = cycles / hz * 1e9;
}

/// The same for a burst of the usual size.
template <class Prepare, class Work>
void measure(benchmark::State& state, Prepare prepare, Work work) {
    measure_packets(state, burst_packets, std::move(prepare), std::move(work));
}

inline void nothing_to_prepare() {}

}  // namespace ropewalk::perf::micro
