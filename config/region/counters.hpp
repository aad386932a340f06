#pragma once

#include <array>

#include "config/region/counter.hpp"
#include "config/region/limits.hpp"

/// What workers count, as the lists beside this file say: port_counters.def and so on. Written by one worker
/// each, read by control and the CLI, which add the workers up.
namespace ropewalk::config::region {

struct alignas(cache_line_bytes) PortCounters {
#define ROPEWALK_COUNTER(name, unit, help) Counter name;
#include "config/region/port_counters.def"
#undef ROPEWALK_COUNTER
};

struct alignas(cache_line_bytes) TunnelCounters {
#define ROPEWALK_COUNTER(name, unit, help) Counter name;
#include "config/region/tunnel_counters.def"
#undef ROPEWALK_COUNTER
};

struct alignas(cache_line_bytes) PathCounters {
#define ROPEWALK_COUNTER(name, unit, help) Counter name;
#include "config/region/path_counters.def"
#undef ROPEWALK_COUNTER
};

struct alignas(cache_line_bytes) WorkerCounters {
#define ROPEWALK_COUNTER(name, unit, help) Counter name;
#include "config/region/worker_counters.def"
#undef ROPEWALK_COUNTER
#define ROPEWALK_COUNTER(name, unit, help) Counter inside_##name;
#include "config/region/port_counters.def"
#undef ROPEWALK_COUNTER
    std::array<Counter, max_drop_reasons> drops;  ///< indexed by config::region::DropReason
    alignas(cache_line_bytes) std::array<PortCounters, max_ports> ports;
    std::array<TunnelCounters, max_tunnels> tunnels;
    std::array<PathCounters, max_paths> paths;
};

}  // namespace ropewalk::config::region
