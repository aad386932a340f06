#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "config/region/drop_reasons.hpp"
#include "config/region/layout.hpp"

/// Counters of the shared memory, added up over all workers, those of earlier dataplanes included.
namespace ropewalk::control::cli {

struct PortTotals {
#define ROPEWALK_COUNTER(name, unit, help) std::uint64_t name = 0;
#include "config/region/port_counters.def"
#undef ROPEWALK_COUNTER
};

struct TunnelTotals {
#define ROPEWALK_COUNTER(name, unit, help) std::uint64_t name = 0;
#include "config/region/tunnel_counters.def"
#undef ROPEWALK_COUNTER
};

struct PathTotals {
#define ROPEWALK_COUNTER(name, unit, help) std::uint64_t name = 0;
#include "config/region/path_counters.def"
#undef ROPEWALK_COUNTER
    std::uint64_t heard_ns = 0;  ///< the newest signal of all workers
};

struct WorkerTotals {
#define ROPEWALK_COUNTER(name, unit, help) std::uint64_t name = 0;
#include "config/region/worker_counters.def"
#undef ROPEWALK_COUNTER
};

/// A counter: its name, its cell, its sum.
template <class Counters, class Totals>
struct CounterRow {
    std::string_view name;
    config::region::Counter Counters::*cell;
    std::uint64_t Totals::*total;
};

inline constexpr auto port_counters = std::to_array<CounterRow<config::region::PortCounters, PortTotals>>({
#define ROPEWALK_COUNTER(name, unit, help) {#name, &config::region::PortCounters::name, &PortTotals::name},
#include "config/region/port_counters.def"
#undef ROPEWALK_COUNTER
});

inline constexpr auto tunnel_counters = std::to_array<CounterRow<config::region::TunnelCounters, TunnelTotals>>({
#define ROPEWALK_COUNTER(name, unit, help) {#name, &config::region::TunnelCounters::name, &TunnelTotals::name},
#include "config/region/tunnel_counters.def"
#undef ROPEWALK_COUNTER
});

inline constexpr auto path_counters = std::to_array<CounterRow<config::region::PathCounters, PathTotals>>({
#define ROPEWALK_COUNTER(name, unit, help) {#name, &config::region::PathCounters::name, &PathTotals::name},
#include "config/region/path_counters.def"
#undef ROPEWALK_COUNTER
});

inline constexpr auto worker_counters = std::to_array<CounterRow<config::region::WorkerCounters, WorkerTotals>>({
#define ROPEWALK_COUNTER(name, unit, help) {#name, &config::region::WorkerCounters::name, &WorkerTotals::name},
#include "config/region/worker_counters.def"
#undef ROPEWALK_COUNTER
});

/// Indexed by config::region::DropReason.
using DropTotals = std::array<std::uint64_t, config::region::drop_reason_count>;

PortTotals total_of_port(const config::region::DataplaneSection& section, std::uint32_t slot);
TunnelTotals total_of_tunnel(const config::region::DataplaneSection& section, std::uint32_t slot);
PathTotals total_of_path(const config::region::DataplaneSection& section, std::uint32_t slot);
WorkerTotals total_of_worker(const config::region::DataplaneSection& section, std::size_t worker);
/// The inside's frames, which are counted by themselves, be it a port or not.
PortTotals total_of_inside(const config::region::DataplaneSection& section);
DropTotals total_of_drops(const config::region::DataplaneSection& section);

/// Drops of one stage.
std::uint64_t drops_at(const DropTotals& drops, config::region::DropStage stage);

}  // namespace ropewalk::control::cli
