#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "perf/fixture/series.hpp"

namespace ropewalk::perf::core {

/// Bursts of one kind one after another, so that each finds its data and branches warm as in a gateway at its limit.
inline constexpr std::uint32_t bursts_per_block = 16;

/// Runs `burst` as often as a block has bursts; it returns N measurements in cycles. The median of each, per packet.
template <std::size_t N, class Burst>
std::array<double, N> measure_block(std::uint16_t packets_per_burst, Burst burst) {
    std::array<std::vector<double>, N> samples;
    for (std::uint32_t i = 0; i < bursts_per_block; ++i) {
        const std::array<std::uint64_t, N> cycles = burst();
        for (std::size_t n = 0; n < N; ++n) samples[n].push_back(static_cast<double>(cycles[n]) / packets_per_burst);
    }
    std::array<double, N> medians;
    for (std::size_t n = 0; n < N; ++n) medians[n] = fixture::median_of(std::move(samples[n]));
    return medians;
}

}  // namespace ropewalk::perf::core
