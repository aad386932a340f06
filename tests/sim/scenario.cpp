#include "tests/sim/scenario.hpp"

#include <algorithm>

#include "tests/sim/dice.hpp"
#include "tests/sim/tunnel_keys.hpp"

namespace ropewalk::tests::sim {
namespace {

using tests::lab::wanem::LinkSettings;

constexpr Time first_fault = second / 2;
constexpr unsigned most_faults = 10;
/// All but keys_changed, which is drawn apart.
constexpr std::size_t mixed_fault_kinds = fault_kinds - 1;

LinkSettings draw_line(Dice& dice) {
    LinkSettings line;
    line.delay = std::chrono::microseconds(dice.between(50, dice.percent(30) ? 250'000 : 20'000));
    if (dice.percent(40)) line.jitter = std::chrono::microseconds(dice.between(10, 5'000));
    if (dice.percent(20)) line.rate = tests::lab::wanem::BitsPerSecond{dice.between(20'000'000, 200'000'000)};
    return line;
}

std::uint64_t amount_of(FaultKind kind, Dice& dice) {
    switch (kind) {
        case FaultKind::path_loss:
            return dice.between(1, 90);
        case FaultKind::path_burst_loss:
            return dice.between(2, 30);
        case FaultKind::path_corruption:
            return dice.percent(30) ? 100 : dice.between(1, 60);
        case FaultKind::path_duplication:
            return dice.between(1, 100);
        case FaultKind::path_reordering:
            return dice.between(100, 50'000);
        case FaultKind::path_delay:
            return dice.between(1'000, 300'000);
        case FaultKind::path_rate:
            return dice.between(200, 5'000);
        case FaultKind::path_small_mtu:
            return dice.between(200, 1'000);
        case FaultKind::path_rebinding:
            return dice.between(1024, 65535);
        case FaultKind::replay:
        case FaultKind::forgery:
            return dice.between(5, 60);
        case FaultKind::dataplane_dies:
            return dice.percent(70) ? dice.between(1, 16) : 0;
        case FaultKind::clock_step:
            return dice.between(0, 4'000);
        case FaultKind::reload:
        case FaultKind::keys_changed:
            return dice.between(0, 3);
        case FaultKind::numbers_unused: {
            // More than half a lease, so that the next must be granted.
            if (dice.percent(15)) return dice.between(30'000'000, 70'000'000);
            // Near the edges of window and blocks, where an error by one shows.
            const std::uint64_t base = dice.percent(70) ? 65'536 - 64 : dice.between(1, 3) * 65'536;
            return base + dice.between(0, 128) - 64;
        }
        case FaultKind::memory_squeezed:
            return dice.between(1, 80);
        case FaultKind::inside_full:
        case FaultKind::wan_full:
            return dice.between(0, 20);
        case FaultKind::worker_stalls:
            return dice.between(1'000, 40'000);
        default:
            return 0;
    }
}

Time draw_length(FaultKind kind, Dice& dice) {
    if (kind == FaultKind::power_failure) return dice.between(4 * second, 5 * second);
    if (kind == FaultKind::numbers_unused) return 0;
    return dice.between(5 * millisecond, dice.percent(20) ? 1500 * millisecond : 400 * millisecond);
}

Fault draw_fault(const Scenario& scenario, Time window, Dice& dice) {
    Fault fault{};
    fault.kind = static_cast<FaultKind>(dice.between(0, mixed_fault_kinds - 1));
    if (dice.percent(15)) fault.kind = FaultKind::dataplane_dies;
    // Seconds of silence teach little and take long.
    if (fault.kind == FaultKind::power_failure && dice.percent(75)) fault.kind = FaultKind::dataplane_dies;
    fault.side = dice.percent(50) ? Side::edge : Side::hub;
    fault.path = static_cast<std::uint8_t>(dice.between(0, scenario.paths.size() - 1));
    fault.at = first_fault + dice.between(0, window);
    fault.lasts = draw_length(fault.kind, dice);
    fault.amount = amount_of(fault.kind, dice);
    // One that is to die in a turn with a whole burst waits for it.
    if (fault.kind == FaultKind::dataplane_dies && scenario.largest_burst == Scenario::largest_of_bursts)
        fault.lasts += scenario.burst_interval;
    return fault;
}

/// What makes the trouble of another fault show: copies from before a death come again after it, clocks are wrong or
/// the disk is full when a process starts or numbers run out.
void add_companion(Scenario& scenario, const Fault& fault, Dice& dice) {
    Fault companion = fault;
    const bool dies = fault.kind == FaultKind::dataplane_dies || fault.kind == FaultKind::dataplane_stops;
    if (dies && dice.percent(50)) {
        companion.kind = FaultKind::replay;
        companion.side = other(fault.side);
        companion.lasts = fault.lasts + dice.between(100 * millisecond, 600 * millisecond);
    } else if (dies) {
        companion.kind = dice.percent(50) ? FaultKind::clock_step : FaultKind::numbers_unused;
        companion.at -= dice.between(millisecond, 50 * millisecond);
        companion.lasts = companion.kind == FaultKind::numbers_unused ? 0 : fault.lasts + 200 * millisecond;
    } else if (fault.kind == FaultKind::numbers_unused) {
        companion.kind = dice.percent(50) ? FaultKind::disk_refuses : FaultKind::path_delay;
        companion.at -= dice.between(millisecond, 200 * millisecond);
        companion.lasts = dice.between(200 * millisecond, 600 * millisecond);
    } else {
        return;
    }
    companion.amount = amount_of(companion.kind, dice);
    scenario.faults.push_back(companion);
}

/// From a stream of their own, because both sides must have as many, and more than a few would leave little traffic.
void add_key_changes(Scenario& scenario, Time window) {
    Dice dice(scenario.seed, 'k');
    if (!dice.percent(30)) return;
    const std::uint64_t changes = dice.between(1, most_key_changes);
    for (std::uint64_t i = 0; i < changes; ++i) {
        Fault change{};
        change.kind = FaultKind::keys_changed;
        change.side = dice.percent(50) ? Side::edge : Side::hub;
        change.at = first_fault + dice.between(0, window);
        change.lasts = draw_length(change.kind, dice);
        change.amount = amount_of(change.kind, dice);
        scenario.faults.push_back(change);
    }
}

}  // namespace

void settle_end(Scenario& scenario) {
    scenario.faults_end = first_fault;
    for (const Fault& fault : scenario.faults) scenario.faults_end = std::max(scenario.faults_end, fault.end());
}

Scenario draw_scenario(std::uint64_t seed) {
    Dice dice(seed, 's');
    Scenario scenario{};
    scenario.seed = seed;
    scenario.outer = dice.percent(75) ? 4 : 6;
    scenario.ports = dice.percent(50) ? Scenario::Ports::shared : Scenario::Ports::one_per_path;
    const std::uint64_t paths = dice.between(1, 4);
    for (std::uint64_t i = 0; i < paths; ++i) scenario.paths.push_back({{draw_line(dice), draw_line(dice)}});
    scenario.path_in_use.assign(paths, true);
    for (auto& clock : scenario.clocks)
        clock = {static_cast<std::int64_t>(dice.between(0, 4 * second)) - static_cast<std::int64_t>(2 * second),
                 static_cast<std::int64_t>(dice.between(0, 400)) - 200};
    scenario.classes = static_cast<unsigned>(dice.between(0, 3));
    scenario.burst_interval = dice.between(60 * millisecond, 200 * millisecond);
    scenario.largest_burst = static_cast<unsigned>(dice.between(1, 12));
    if (dice.percent(15)) {
        scenario.burst_interval *= 3;
        scenario.largest_burst = Scenario::largest_of_bursts;
    }
    const Time window = dice.between(second / 2, 2 * second);
    const std::uint64_t faults = dice.between(0, most_faults);
    for (std::uint64_t i = 0; i < faults; ++i) {
        const Fault fault = draw_fault(scenario, window, dice);
        scenario.faults.push_back(fault);
        if (dice.percent(50)) add_companion(scenario, fault, dice);
    }
    add_key_changes(scenario, window);
    std::ranges::stable_sort(scenario.faults, {}, &Fault::at);
    settle_end(scenario);
    return scenario;
}

}  // namespace ropewalk::tests::sim
