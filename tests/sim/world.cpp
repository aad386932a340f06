#include "tests/sim/world.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tests/sim/properties/all_properties.hpp"

namespace ropewalk::tests::sim {

namespace {

constexpr Time housekeeping_interval = 5 * millisecond, control_interval = 20 * millisecond;
/// A worker without packets sleeps; it looks at its rings this often here, which is seldom.
constexpr Time idle_turn_interval = 5 * millisecond;
/// EAL and ports, between reading the first snapshot and using it.
constexpr Time boot_time = 60 * millisecond;
constexpr Time attach_retry = 20 * millisecond;
/// Whoever restarts services waits so long after a start that failed.
constexpr Time start_retry = 200 * millisecond;
constexpr Time usual_turn_delay = 150 * microsecond;
/// Of every path of both gateways, see GatewayShape.
constexpr std::uint16_t first_udp_port = 4500;

}  // namespace

World::World(const Scenario& scenario, const std::array<MachineParts*, side_count>& parts, Trace& trace,
             std::string_view only_property)
    : scenario_(scenario),
      trace_(trace),
      places_{Place{{}, Dice(scenario.seed, 'u'), Dice(scenario.seed, 't')},
              Place{{}, Dice(scenario.seed, 'U'), Dice(scenario.seed, 'T')}},
      wan_(scenario,
           [this](Time at, Frame frame) {
               const Side to = other(frame.from);
               std::uint64_t index = frames_.size();
               if (free_frames_.empty()) {
                   frames_.push_back(std::move(frame));
               } else {
                   index = free_frames_.back();
                   free_frames_.pop_back();
                   frames_[index] = std::move(frame);
               }
               queue_.plan(at, Event::Kind::frame_arrives, to, index);
           }),
      properties_(properties::all_properties(only_property)) {
    for (const Side side : {Side::edge, Side::hub}) {
        place(side).machine.emplace(side, scenario, *parts[index_of(side)]);
        Dice& timing = place(side).timing;
        control_up(side);
        dataplane_up(side);
        queue_.plan(timing.between(0, housekeeping_interval), Event::Kind::housekeeping, side);
        queue_.plan(timing.between(0, control_interval), Event::Kind::control_tick, side);
        queue_.plan(timing.between(0, idle_turn_interval), Event::Kind::worker_turn_idle, side);
        queue_.plan(timing.between(0, scenario.burst_interval), Event::Kind::users_send, side);
    }
    for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
        queue_.plan(scenario.faults[i].at, Event::Kind::fault_begins, scenario.faults[i].side, i);
        queue_.plan(scenario.faults[i].end(), Event::Kind::fault_ends, scenario.faults[i].side, i);
    }
}

std::optional<World::Violation> World::run() {
    while (!queue_.is_empty()) {
        const Event event = queue_.take();
        if (event.at > scenario_.end()) break;
        now_ = event.at;
        happen(event);
        if (auto violation = violated()) return violation;
    }
    now_ = scenario_.end();
    for (auto& property : properties_)
        property->on_end({now_, scenario_, {&machine(Side::edge), &machine(Side::hub)}, ledger_});
    return violated();
}

std::optional<World::Violation> World::violated() const {
    for (const auto& property : properties_)
        if (property->violation()) return Violation{std::string(property->name()), *property->violation(), now_};
    return std::nullopt;
}

void World::happen(const Event& event) {
    Dice& timing = place(event.side).timing;
    switch (event.kind) {
        case Event::Kind::fault_begins:
            return begin(scenario_.faults[event.value]);
        case Event::Kind::fault_ends:
            return end(scenario_.faults[event.value]);
        case Event::Kind::users_send:
            return users_send(event.side);
        case Event::Kind::frame_arrives:
            return frame_arrives(event.side, event.value);
        case Event::Kind::worker_turn:
            place(event.side).turn_planned = false;
            return turn(event.side);
        case Event::Kind::worker_turn_idle:
            queue_.plan(now_ + idle_turn_interval + timing.between(0, place(event.side).longest_stall),
                        Event::Kind::worker_turn_idle, event.side);
            return turn(event.side);
        case Event::Kind::housekeeping:
            queue_.plan(now_ + housekeeping_interval + timing.between(0, millisecond), Event::Kind::housekeeping,
                        event.side);
            return machine(event.side).keep_house(now_);
        case Event::Kind::control_tick:
            queue_.plan(now_ + control_interval + timing.between(0, millisecond), Event::Kind::control_tick,
                        event.side);
            return machine(event.side).tick_control(now_);
        case Event::Kind::dataplane_attaches:
            if (event.value == place(event.side).start_attempt) attach(event.side);
            return;
        case Event::Kind::dataplane_starts:
            if (event.value == place(event.side).start_attempt) start(event.side);
            return;
    }
}

void World::users_send(Side side) {
    Place& here = place(side);
    if (now_ > scenario_.users_stop()) return;
    queue_.plan(now_ + here.users.between(scenario_.burst_interval / 2, scenario_.burst_interval),
                Event::Kind::users_send, side);
    const bool are_large = scenario_.largest_burst == Scenario::largest_of_bursts;
    const std::uint64_t packets = here.users.percent(are_large ? 80 : 30)
                                      ? scenario_.largest_burst
                                      : here.users.between(1, scenario_.largest_burst);
    trace_.note(now_, side, "users send: packets, first number", packets, ledger_.next_user_number(side));
    for (std::uint64_t i = 0; i < packets; ++i) {
        UserPacket packet = draw_user_packet(side, ledger_.next_user_number(side), now_, here.users);
        if (machine(side).dataplane() != nullptr) machine(side).ports().arrive_inside(packet.bytes);
        ledger_.add_user_packet(std::move(packet));
    }
    plan_turn(side);
}

void World::frame_arrives(Side side, std::uint64_t index) {
    Frame frame = std::move(frames_[index]);
    free_frames_.push_back(index);
    if (machine(side).dataplane() == nullptr) return;
    const std::uint16_t port = scenario_.ports == Scenario::Ports::shared ? 0 : frame.path;
    if (machine(side).ports().arrive_wan(port, std::move(frame))) plan_turn(side);
}

void World::plan_turn(Side side) {
    Place& here = place(side);
    if (here.turn_planned) return;
    here.turn_planned = true;
    queue_.plan(now_ + here.timing.between(1, std::max(usual_turn_delay, here.longest_stall)), Event::Kind::worker_turn,
                side);
}

void World::turn(Side side) {
    if (machine(side).dataplane() == nullptr) return;
    const Machine::Turned turned = machine(side).turn(now_);
    const auto& traffic = machine(side).ports().traffic();
    const bool quiet = turned == Machine::Turned::idle && traffic.inside_out.empty() && traffic.wan_out.empty();
    if (!quiet) after_turn(side, turned == Machine::Turned::died);
    machine(side).ports().traffic() = {};
    if (turned == Machine::Turned::died) return dataplane_gone(side, false);
    if (turned == Machine::Turned::worked && !machine(side).ports().is_idle()) plan_turn(side);
}

void World::after_turn(Side side, bool died) {
    const auto& traffic = machine(side).ports().traffic();
    trace_.note(now_, side, died ? "worker dies: inside out, wan in, wan out" : "worker: inside out, wan in, wan out",
                traffic.inside_out.size(), traffic.wan_in.size(), traffic.wan_out.size());
    for (const Frame& frame : traffic.wan_in)
        trace_.note(now_, side, "  copy in: sequence, path, condition", frame.sequence, frame.path + 1,
                    static_cast<std::uint64_t>(frame.condition));
    for (const auto& inner : traffic.inside_out)
        trace_.note(now_, side, "  delivered: number", number_in(inner).value_or(0));
    const unsigned keys = machine(side).keys_in_use();
    ledger_.note_turn(side, keys, traffic);
    for (const auto& sent : traffic.wan_out) send_out(side, sent);
    for (auto& property : properties_) property->on_turn({side, now_, died, keys, traffic, machine(side), ledger_});
}

void World::send_out(Side side, const MemoryPorts::Traffic::Sent& sent) {
    Frame frame{.bytes = sent.bytes, .from = side};
    const std::size_t at = sealed_at(frame);
    // The far address ends with the number of the path, from 1.
    const std::size_t last_of_destination = at - 17, destination_port = at - 14;
    frame.path = static_cast<std::uint8_t>(frame.bytes[last_of_destination] - 1);
    frame.shard = static_cast<std::uint16_t>(packets::read_be16(frame.bytes, destination_port) - first_udp_port);
    const auto noted = ledger_.note_sealed(side, std::span(frame.bytes).subspan(at));
    frame.sequence = noted.sequence;
    frame.keys = static_cast<std::uint8_t>(noted.keys);
    trace_.note(now_, side, "  copy out: sequence, path, bytes", frame.sequence, frame.path + 1, frame.bytes.size());
    for (auto& property : properties_) property->on_sealed(frame, noted, machine(side));
    wan_.send(now_, std::move(frame));
}

void World::control_up(Side side) {
    const Place& here = place(side);
    if (here.control_held != 0 || here.power_held != 0 || machine(side).control() != nullptr) return;
    trace_.note(now_, side, "control starts");
    machine(side).start_control(now_);
}

void World::dataplane_up(Side side) {
    Place& here = place(side);
    if (here.dataplane_held != 0 || here.power_held != 0 || machine(side).dataplane() != nullptr) return;
    queue_.plan(now_, Event::Kind::dataplane_attaches, side, ++here.start_attempt);
}

void World::attach(Side side) {
    const bool attached = machine(side).attach_dataplane();
    queue_.plan(now_ + (attached ? boot_time : attach_retry),
                attached ? Event::Kind::dataplane_starts : Event::Kind::dataplane_attaches, side,
                place(side).start_attempt);
}

void World::start(Side side) {
    const auto outcome = machine(side).start_dataplane(now_);
    if (const auto* const refused = std::get_if<Machine::Refused>(&outcome)) {
        trace_.note(now_, side, "dataplane refuses to start");
        trace_.say(now_, refused->reason);
        return queue_.plan(now_ + start_retry, Event::Kind::dataplane_attaches, side, place(side).start_attempt);
    }
    trace_.note(now_, side, "dataplane runs: generation, floor", machine(side).dataplane()->generation(),
                machine(side).floor(machine(side).keys_in_use()));
}

void World::dataplane_gone(Side side, bool cleanly) {
    ++place(side).start_attempt;
    const bool ran = machine(side).dataplane() != nullptr;
    if (cleanly)
        machine(side).stop_dataplane();
    else
        machine(side).kill_dataplane();
    if (!ran) return;
    trace_.note(now_, side, cleanly ? "dataplane stops" : "dataplane is dead");
    ledger_.end_life(side);
    for (auto& property : properties_) property->on_dataplane_ended(side, machine(side));
}

}  // namespace ropewalk::tests::sim
