#pragma once

#include "config/region/counter.hpp"
#include "config/region/limits.hpp"

namespace ropewalk::config::region {

/// What one worker saw of a path, by path slot. Written by that worker, read by control and the command line, which
/// take the newest of all workers.
struct alignas(cache_line_bytes) PathSignals {
    Counter heard_ns;  ///< CLOCK_MONOTONIC of the newest copy that authenticated, or 0
};

}  // namespace ropewalk::config::region
