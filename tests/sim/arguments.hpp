#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ropewalk::tests::sim {

/// The command line.
struct Arguments {
    std::optional<std::uint64_t> seed;  ///< one run
    std::string faults, paths;          ///< lists of numbers, empty: all; `none`
    unsigned burst = 0;                 ///< 0: as drawn
    bool trace = false;
    std::uint64_t first_seed = 1, seeds = 10'000;
    double minutes = 0;    ///< 0: no limit
    std::string property;  ///< the only one to check; empty: all
    std::string mutation;
    bool list_mutations = false;
    bool all_mutations = false;
};

/// Exits on --help and on what it does not understand.
Arguments read_arguments(int argc, char** argv);

}  // namespace ropewalk::tests::sim
