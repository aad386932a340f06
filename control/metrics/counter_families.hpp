#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "config/region/counters.hpp"
#include "control/metrics/metric_text.hpp"

/// The lists of counters in config/region as families of metrics.
namespace ropewalk::control::metrics {

template <class Counters>
struct CounterRow {
    std::string_view name, unit, help;
    config::region::Counter Counters::*cell;
};

#define ROPEWALK_COUNTER(name, unit, help) {#name, unit, help, &config::region::ROPEWALK_OF::name},
#define ROPEWALK_OF PortCounters
inline constexpr auto port_rows = std::to_array<CounterRow<config::region::PortCounters>>({
#include "config/region/port_counters.def"
});
#undef ROPEWALK_OF
#define ROPEWALK_OF TunnelCounters
inline constexpr auto tunnel_rows = std::to_array<CounterRow<config::region::TunnelCounters>>({
#include "config/region/tunnel_counters.def"
});
#undef ROPEWALK_OF
#define ROPEWALK_OF PathCounters
inline constexpr auto path_rows = std::to_array<CounterRow<config::region::PathCounters>>({
#include "config/region/path_counters.def"
});
#undef ROPEWALK_OF
#define ROPEWALK_OF WorkerCounters
inline constexpr auto worker_rows = std::to_array<CounterRow<config::region::WorkerCounters>>({
#include "config/region/worker_counters.def"
});
#undef ROPEWALK_OF
#undef ROPEWALK_COUNTER

#define ROPEWALK_COUNTER(name, unit, help) {#name, unit, help, &config::region::WorkerCounters::inside_##name},
inline constexpr auto inside_rows = std::to_array<CounterRow<config::region::WorkerCounters>>({
#include "config/region/port_counters.def"
});
#undef ROPEWALK_COUNTER

/// Late copies take away from it again, and a counter of OpenMetrics never falls.
inline constexpr std::string_view falling_counter = "rx_missing";

/// `ropewalk_path_rx_first_copies`: a name that does not end in a unit gets the last word of its unit behind it, as
/// OpenMetrics wants it.
template <class Counters>
Family family_of(std::string_view what, const CounterRow<Counters>& row) {
    constexpr std::array<std::string_view, 8> units{"bytes",    "packets", "copies", "frames",
                                                    "messages", "turns",   "sleeps", "cycles"};
    std::string name(row.name);
    const auto* unit = std::ranges::find_if(units, [&](std::string_view one) { return name.ends_with(one); });
    const std::string_view last_word = row.unit.substr(row.unit.rfind(' ') + 1);
    if (unit == units.end()) name.append("_").append(last_word);
    const auto type = row.name == falling_counter ? Family::Type::gauge : Family::Type::counter;
    return {type, std::string("ropewalk_").append(what).append("_").append(name),
            std::string(unit == units.end() ? last_word : *unit), std::string(row.unit).append(": ").append(row.help)};
}

}  // namespace ropewalk::control::metrics
