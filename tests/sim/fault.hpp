#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/sim/side.hpp"
#include "tests/sim/time.hpp"

namespace ropewalk::tests::sim {

/// What can go wrong, or be done to a gateway, while it runs. `amount` of a fault means what stands beside its kind.
enum class FaultKind : std::uint8_t {
    path_down,
    path_loss,         ///< percent
    path_burst_loss,   ///< mean length of a burst, frames
    path_corruption,   ///< percent
    path_duplication,  ///< percent
    path_reordering,   ///< jitter, us
    path_delay,        ///< added, us
    path_rate,         ///< kbit/s
    path_small_mtu,    ///< bytes
    path_rebinding,    ///< new UDP port of what leaves `side`; what comes back finds no mapping
    replay,            ///< frames sent before are sent again: percent
    forgery,           ///< frames nobody sealed: percent
    dataplane_dies,    ///< before or after which call of its ports, counted by moments; 0: at once
    dataplane_stops,   ///< as on SIGTERM
    control_dies,
    power_failure,  ///< both processes and the shared memory; the disk stays
    clock_step,     ///< of the time of day: ms, plus 2000
    next_hop_lost,
    reload,           ///< which classes
    numbers_unused,   ///< so many sequence numbers are reserved and never sent
    memory_squeezed,  ///< packet buffers left
    inside_full,      ///< packets the users' side takes a turn
    wan_full,         ///< copies a WAN port takes a turn
    worker_stalls,    ///< longest time between turns, us
    disk_refuses,     ///< nothing can be recorded under the keys in use
    keys_changed,     ///< at `side`, and at the other one when it ends; the edge gets these classes with them
};

inline constexpr auto fault_names = std::to_array<std::string_view>(
    {"path_down",      "path_loss",       "path_burst_loss", "path_corruption", "path_duplication", "path_reordering",
     "path_delay",     "path_rate",       "path_small_mtu",  "path_rebinding",  "replay",           "forgery",
     "dataplane_dies", "dataplane_stops", "control_dies",    "power_failure",   "clock_step",       "next_hop_lost",
     "reload",         "numbers_unused",  "memory_squeezed", "inside_full",     "wan_full",         "worker_stalls",
     "disk_refuses",   "keys_changed"});
inline constexpr std::size_t fault_kinds = fault_names.size();
static_assert(fault_kinds == static_cast<std::size_t>(FaultKind::keys_changed) + 1);

/// One fault of a run: begins, lasts, and is gone without a trace. At a path it is the direction that leaves `side`.
struct Fault {
    FaultKind kind;
    Side side;
    std::uint8_t path;  ///< from 0
    Time at, lasts;
    std::uint64_t amount;

    Time end() const { return at + lasts; }
    bool is_at_path() const { return kind <= FaultKind::forgery || kind == FaultKind::next_hop_lost; }
};

/// For people: `path_loss 12 at edge path 2, 1.204 s for 0.350 s`.
std::string to_string(const Fault& fault);

}  // namespace ropewalk::tests::sim
