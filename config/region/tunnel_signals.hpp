#pragma once

#include "config/region/counter.hpp"
#include "config/region/traffic_marks.hpp"

namespace ropewalk::config::region {

/// What one worker saw of a tunnel, by tunnel slot. Written by that worker, and only when it happens; read by control
/// and by the other workers.
struct TunnelSignals {
    Counter behind_ns;   ///< CLOCK_MONOTONIC of the newest copy whose number was behind the window, or 0
    Counter behind;      ///< numbers that it was behind the newest known; not authenticated
    TrafficMarks marks;  ///< of what is sent; those of best effort are not noted
};

}  // namespace ropewalk::config::region
