#pragma once

#include <atomic>
#include <cstdint>

#include "config/region/counter.hpp"
#include "config/region/limits.hpp"
#include "config/region/probe_sight.hpp"

namespace ropewalk::config::region {

/// What one worker saw of a path, by path slot. Written by that worker, read by control, the command line and workers,
/// which take the newest of all workers.
struct alignas(cache_line_bytes) PathSignals {
    Counter heard_ns;      ///< CLOCK_MONOTONIC of the newest copy that authenticated, or 0
    ProbeSightCell probe;  ///< the newest one
    /// Bit d changes with every probe that came marked DSCP d.
    std::atomic<std::uint64_t> marks_changed;
};

static_assert(sizeof(PathSignals) == 2 * cache_line_bytes);

}  // namespace ropewalk::config::region
