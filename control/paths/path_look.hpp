#pragma once

#include <cstdint>
#include <optional>

#include "config/region/probe_sight.hpp"

namespace ropewalk::control::paths {

/// What one look at a running dataplane's cells showed of a path.
struct PathLook {
    /// Since the dataplane started: copies that came by it, and gaps in its own numbers.
    struct Copies {
        std::uint64_t came = 0, missing = 0;
    };

    std::uint32_t path_slot = 0;
    std::uint64_t heard_ns = 0;  ///< CLOCK_MONOTONIC of the newest authenticated copy; 0: none
    config::region::ProbeSight probe;
    std::uint64_t marks_changed = 0;  ///< bit d changes with every probe that came marked DSCP d
    std::optional<Copies> copies;     ///< not in every turn
};

}  // namespace ropewalk::control::paths
