// What each kind of fault does to the world when it begins and when it ends.
#include "dataplane/tunnel/tunnel_state.hpp"
#include "tests/sim/world.hpp"

namespace ropewalk::tests::sim {

namespace {

/// An amount of clock_step means so many ms and no step at this one.
constexpr std::uint64_t step_is_zero_at_ms = 2'000;

/// Of the turn in which a dataplane dies. Where users send whole bursts, every other one dies in a turn with one: most
/// turns have a probe or two.
std::size_t work_at_death(const Scenario& scenario, const Fault& fault) {
    return scenario.largest_burst == Scenario::largest_of_bursts && fault.amount % 2 != 0 ? Scenario::largest_of_bursts
                                                                                          : 1;
}

}  // namespace

void World::begin(const Fault& fault) {
    trace_.note(now_, fault.side, "fault begins", static_cast<std::uint64_t>(fault.kind), fault.path, fault.amount);
    trace_.say(now_, to_string(fault));
    Place& here = place(fault.side);
    switch (fault.kind) {
        case FaultKind::dataplane_dies:
            ++here.dataplane_held;
            if (fault.amount == 0 || machine(fault.side).dataplane() == nullptr)
                return dataplane_gone(fault.side, false);
            return machine(fault.side).ports().die_at_moment(fault.amount, work_at_death(scenario_, fault));
        case FaultKind::dataplane_stops:
            ++here.dataplane_held;
            return dataplane_gone(fault.side, true);
        case FaultKind::control_dies:
            ++here.control_held;
            return machine(fault.side).kill_control();
        case FaultKind::power_failure:
            ++here.power_held;
            machine(fault.side).kill_control();
            dataplane_gone(fault.side, false);
            machine(fault.side).lose_memory();
            for (auto& property : properties_) property->on_memory_lost(fault.side);
            return wan_.forget_recent(now_, fault.side);
        case FaultKind::reload:
            return machine(fault.side).reload(static_cast<unsigned>(fault.amount), now_);
        case FaultKind::keys_changed:
            return machine(fault.side).change_keys(static_cast<unsigned>(fault.amount), now_);
        case FaultKind::numbers_unused:
            if (machine(fault.side).dataplane() != nullptr)
                machine(fault.side).dataplane()->tunnel().sequence.reserve(fault.amount);
            return;
        default:
            if (fault.kind <= FaultKind::forgery) return wan_.begin(fault);
            return set_limits(fault, true);
    }
}

void World::end(const Fault& fault) {
    trace_.note(now_, fault.side, "fault ends", static_cast<std::uint64_t>(fault.kind), fault.path);
    Place& here = place(fault.side);
    switch (fault.kind) {
        case FaultKind::dataplane_dies:
        case FaultKind::dataplane_stops:
            --here.dataplane_held;
            // One that was to die in a turn with work and had none dies now.
            if (machine(fault.side).ports().death_is_due()) dataplane_gone(fault.side, false);
            return dataplane_up(fault.side);
        case FaultKind::control_dies:
            --here.control_held;
            return control_up(fault.side);
        case FaultKind::power_failure:
            --here.power_held;
            control_up(fault.side);
            return dataplane_up(fault.side);
        case FaultKind::keys_changed:
            return machine(other(fault.side)).change_keys(static_cast<unsigned>(fault.amount), now_);
        case FaultKind::reload:
        case FaultKind::numbers_unused:
            return;
        default:
            if (fault.kind <= FaultKind::forgery) return wan_.end(fault);
            return set_limits(fault, false);
    }
}

void World::set_limits(const Fault& fault, bool active) {
    Machine& here = machine(fault.side);
    const std::uint32_t path_bit = 1U << fault.path;
    const auto room = active ? static_cast<std::uint16_t>(fault.amount) : MemoryPorts::no_limit;
    switch (fault.kind) {
        case FaultKind::clock_step:
            return here.clock().set_step(
                active ? (static_cast<std::int64_t>(fault.amount) - static_cast<std::int64_t>(step_is_zero_at_ms)) *
                             static_cast<std::int64_t>(millisecond)
                       : 0);
        case FaultKind::next_hop_lost: {
            std::uint32_t& lost = place(fault.side).lost_next_hops;
            lost = active ? lost | path_bit : lost & ~path_bit;
            return here.set_lost_next_hops(lost);
        }
        case FaultKind::memory_squeezed:
            here.packets().relax();
            if (active) here.packets().squeeze_to(static_cast<std::uint32_t>(fault.amount));
            return;
        case FaultKind::inside_full:
            here.ports().inside_room = room;
            return;
        case FaultKind::wan_full:
            here.ports().wan_room = room;
            return;
        case FaultKind::worker_stalls:
            place(fault.side).longest_stall = active ? fault.amount * microsecond : 0;
            return;
        case FaultKind::disk_refuses:
            return here.set_disk(active ? Machine::Disk::refuses : Machine::Disk::works);
        default:
            return;
    }
}

}  // namespace ropewalk::tests::sim
