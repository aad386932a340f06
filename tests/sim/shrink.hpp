#pragma once

#include <string>
#include <vector>

#include "tests/sim/run.hpp"

namespace ropewalk::tests::sim {

/// A part of a seed's scenario: which of its faults and paths are left, and how large bursts are.
struct Selection {
    std::vector<unsigned> faults;  ///< by their place in the whole scenario, from 1
    std::vector<unsigned> paths;   ///< from 1
    unsigned largest_burst;

    static Selection all_of(const Scenario& scenario);
    /// The scenario with the rest left out.
    Scenario of(const Scenario& whole) const;
    /// What to type to run it again.
    std::string command(const Scenario& whole) const;
};

/// Leaves out faults, then paths, then packets, as long as the run still breaks the same property.
Selection shrink(Runner& runner, const Scenario& whole, const std::string& property);

}  // namespace ropewalk::tests::sim
