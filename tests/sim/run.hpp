#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "tests/sim/scenario.hpp"
#include "tests/sim/trace.hpp"
#include "tests/sim/world.hpp"

namespace ropewalk::tests::sim {

/// What became of one run.
struct Outcome {
    std::optional<World::Violation> violation;
    std::uint64_t trace_hash = 0;
    std::uint64_t events = 0, packets = 0, copies = 0, faults = 0;
};

/// Runs scenarios one after the other on the same machines, which remember nothing from one to the next.
class Runner {
public:
    Runner();

    Outcome run(const Scenario& scenario, Trace::Print print = Trace::Print::nothing);

    /// From now on only the property of that name is checked; empty: all.
    void check_only(std::string property) { only_property_ = std::move(property); }

private:
    std::string only_property_;
    std::array<std::unique_ptr<MachineParts>, side_count> parts_;
};

}  // namespace ropewalk::tests::sim
