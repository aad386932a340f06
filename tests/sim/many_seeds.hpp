#pragma once

#include <cstdint>
#include <optional>

#include "tests/sim/run.hpp"

namespace ropewalk::tests::sim {

/// Sums over many runs.
struct Totals {
    std::uint64_t seeds = 0, packets = 0, copies = 0, faults = 0, events = 0;

    void add(const Outcome& outcome);
};

/// Runs seed after seed until one fails, all are done or the time is up.
struct ManySeeds {
    std::uint64_t first = 1, count = 0;
    double minutes = 0;  ///< of the machine's clock; 0: no limit

    struct Failure {
        std::uint64_t seed;
        World::Violation violation;
    };
    std::optional<Failure> run(Runner& runner, Totals& totals) const;
};

}  // namespace ropewalk::tests::sim
