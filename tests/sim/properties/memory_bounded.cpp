#include "tests/sim/properties/memory_bounded.hpp"

#include <fmt/format.h>

#include "dataplane/stages/context.hpp"
#include "dataplane/worker/probe_schedule.hpp"

namespace ropewalk::tests::sim::properties {

namespace {

/// Path states, what a dataplane holds whatever it follows, and three configurations: more cannot be underway, for
/// control has three slots. Each is 6 to 10 kB in a simulated gateway, and may have keys of its own and with them a
/// window of 2^16, 16 bytes for every 64 numbers, and 192 for those 64 of every 1,024 that are watched for whether they
/// came by one path only. All share a table of routes, for prefixes never change here: two bytes for every 16 bits an
/// IPv4 address begins with, and a few nodes of 512 bytes.
constexpr std::size_t most_configurations = 3, window_bytes = 65'536 / 4, watched_bytes = 65'536 / 1'024 * 192,
                      configuration_bytes = 10'500 + window_bytes + watched_bytes;
constexpr std::size_t route_table_bytes = 2 * 65'536 + 16 * 512, always_bytes = 8'000;
constexpr std::size_t most_dataplane_bytes = sizeof(dataplane::stages::PathSenders) +
                                             sizeof(dataplane::stages::PathReceivers) +
                                             sizeof(dataplane::worker::ProbeSchedule) + always_bytes +
                                             route_table_bytes + most_configurations * configuration_bytes;
constexpr std::size_t most_control_bytes = 48'000;

}  // namespace

void MemoryBounded::on_turn(const Turn& turn) {
    const Machine& machine = turn.machine;
    if (!turn.died && machine.buffers_in_use() != 0)
        violate(fmt::format("{} holds {} packet buffers between turns", name_of(turn.side), machine.buffers_in_use()));
    if (machine.dataplane_heap() > most_dataplane_bytes)
        violate(fmt::format("{}'s dataplane holds {} bytes of heap, {} are allowed", name_of(turn.side),
                            machine.dataplane_heap(), most_dataplane_bytes));
    if (machine.control_heap() > most_control_bytes)
        violate(fmt::format("{}'s control holds {} bytes of heap, {} are allowed", name_of(turn.side),
                            machine.control_heap(), most_control_bytes));
}

void MemoryBounded::on_dataplane_ended(Side side, const Machine& machine) {
    if (machine.dataplane_heap() != 0)
        violate(fmt::format("{}'s dataplane ended and left {} bytes of heap", name_of(side), machine.dataplane_heap()));
}

}  // namespace ropewalk::tests::sim::properties
