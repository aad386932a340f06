#include "perf/linerate/trial_runner.hpp"

#include <cmath>

#include <fmt/format.h>
#include <rte_cycles.h>

#include "perf/linerate/settled_counts.hpp"

namespace ropewalk::perf::linerate {

namespace {

/// The share of its packets that the generator may miss before a trial is repeated: two milliseconds of half a second.
constexpr double tolerated_lateness = 0.004;
constexpr double longest_drain_seconds = 20;
/// A turn of the generator takes 2 us over rings; over ports it may take longer, and is measured.
constexpr double generator_patience_us = 10;
/// A turn of a gateway takes 10 to 45 us on fast machines, where a queue of 2048 packets lasts for 350 or more; on
/// others both take longer.
constexpr double gateways_patience_us = 150;
constexpr double patience_turns = 6;
/// What takes longer is no turn but a CPU that was away.
constexpr double longest_turn_us = 1000;
/// A trial may take so many times its time, and some seconds.
constexpr double longest_stretch = 20, seconds_to_spare = 10;
/// One may have begun before, one brings what the other gateway sent, one to be sure.
constexpr std::uint64_t idle_rounds = 3;

/// What goes by them from the first to the second, and with two ways back again. Frames of others that come to a port
/// which no stream receives on are nobody's concern.
OuterCounts counts_of(const std::vector<OuterPort>& ports, Ways ways) {
    OuterCounts sum;
    for (std::size_t i = 0; i < ports.size(); ++i) {
        const rte_eth_stats stats = ports[i].stats();
        if (ways == Ways::both || i == 0) sum.sent += stats.opackets;
        if (ways == Ways::one && i == 0) continue;
        sum.received += stats.ipackets;
        sum.missed += stats.imissed;
        sum.damaged += stats.ierrors;
        sum.no_buffer += stats.rx_nombuf;
    }
    return sum;
}

double cycles_per_us() {
    return static_cast<double>(rte_get_tsc_hz()) / 1e6;
}

HeldSeconds held_by(const RunningClock& clock) {
    const auto seconds = [](std::uint64_t cycles) {
        return static_cast<double>(cycles) / static_cast<double>(rte_get_tsc_hz());
    };
    return {seconds(clock.held_by_generator()), seconds(clock.held_by_gateways()), seconds(clock.longest_hold())};
}

}  // namespace

bool TrialOutcome::generator_was_late() const {
    return static_cast<double>(counts.missed) > tolerated_lateness * static_cast<double>(counts.offered);
}

TrialRunner::TrialRunner(const Topology& topology, const FrameShape& shape, TrialClock clock)
    : topology_(topology), clock_(clock), streams_(topology.streams(shape)) {}

RunningClock::Patience TrialRunner::patience() const {
    if (clock_ == TrialClock::wall) return RunningClock::Patience::endless();
    const auto longer = [](double us, double turn_cycles) {
        return static_cast<std::uint64_t>(std::max(us * cycles_per_us(), patience_turns * turn_cycles));
    };
    const Gateways* const gateways = topology_.gateways();
    return {longer(generator_patience_us, turn_cycles_),
            longer(gateways_patience_us, gateways == nullptr ? 0 : gateways->cycles_of_full_turn())};
}

TrialRunner::Books TrialRunner::books() {
    constexpr unsigned pause_us = 100;
    const auto& ports = topology_.outer_ports();
    Books counts{topology_.gateways() == nullptr ? GatewayCounts{} : topology_.gateways()->counts(), {}};
    if (ports.empty()) return counts;
    TrialTime time(nullptr, RunningClock::Patience::endless());
    const auto receive = [&] {
        unsigned received = 0;
        for (Stream& stream : streams_) received += stream.receive(time);
        return received;
    };
    counts.ports = settled_counts([&] { return counts_of(ports, topology_.plan().ways); }, receive,
                                  [] { rte_delay_us_block(pause_us); });
    return counts;
}

Result<void> TrialRunner::offer(const search::TrialPlan& plan, TrialTime& time) {
    const auto hz = static_cast<double>(rte_get_tsc_hz());
    const auto length = static_cast<std::uint64_t>(plan.seconds * hz);
    const std::uint64_t latest =
        time.began() + static_cast<std::uint64_t>((plan.seconds * longest_stretch + seconds_to_spare) * hz);
    const auto longest_turn = static_cast<std::uint64_t>(longest_turn_us * cycles_per_us());
    std::uint64_t turns = 0, turn_cycles = 0, last = time.began();
    for (std::uint64_t now = time.look(); time.clock().running() < length; now = time.look()) {
        if (now - last < longest_turn) {
            ++turns;
            turn_cycles += now - last;
        }
        last = now;
        if (now > latest) {
            const HeldSeconds held = held_by(time.clock());
            return fail(
                fmt::format("a trial of {} s is not over after {:.1f} s, in which the CPU of the generator was away "
                            "for {:.1f} s and that of the gateways for {:.1f} s: end what else runs there, choose "
                            "others by --cpu and "
                            "--gateway-cpu, or count every moment by --clock wall",
                            plan.seconds, static_cast<double>(now - time.began()) / hz, held.generator, held.gateways));
        }
        for (Stream& stream : streams_) {
            stream.send(time.clock().running(), now);
            stream.receive(time);
        }
    }
    if (turns != 0)
        turn_cycles_ = std::max(turn_cycles_, static_cast<double>(turn_cycles) / static_cast<double>(turns));
    return {};
}

Result<void> TrialRunner::drain(TrialTime& time) {
    const auto hz = static_cast<double>(rte_get_tsc_hz());
    const Gateways* const gateways = topology_.gateways();
    const auto rounds = [&] { return gateways == nullptr ? 0 : gateways->rounds(); };
    const auto busy_rounds = [&] { return gateways == nullptr ? 0 : gateways->busy_rounds(); };
    const std::uint64_t began = rte_rdtsc();
    const std::uint64_t first_round = rounds(), first_busy = busy_rounds();
    std::uint64_t quiet_since = began, round = first_round, busy = first_busy, arrived = 0;
    while (true) {
        // Rounds are read before the sink looks and busy ones after: what a round sent that is not known yet to have
        // been busy would be left behind otherwise.
        const std::uint64_t rounds_before = rounds();
        std::uint16_t received = 0;
        for (Stream& stream : streams_) received = static_cast<std::uint16_t>(received + stream.receive(time));
        arrived += received;
        const std::uint64_t busy_after = busy_rounds();
        const std::uint64_t now = time.look();
        if (static_cast<double>(now - began) > longest_drain_seconds * hz)
            return fail(fmt::format(
                "{} s after the last packet was sent it is not quiet: {} packets arrived since, the gateways had {} "
                "turns, {} of them with packets; something sends in circles, or others have taken the CPUs",
                longest_drain_seconds, arrived, rounds() - first_round, busy_rounds() - first_busy));
        if (received != 0 || busy_after != busy) {
            quiet_since = now;
            busy = busy_after;
            round = rounds();
            continue;
        }
        if (gateways != nullptr && rounds_before >= round + idle_rounds) return {};
        if (gateways == nullptr && static_cast<double>(now - quiet_since) > topology_.plan().quiet_seconds * hz)
            return {};
    }
}

Ledger TrialRunner::ledger(const StreamCounts& counts, const Books& earlier, const Books& now) const {
    if (topology_.gateways() != nullptr)
        return ledger_through_gateways(counts, now.gateways - earlier.gateways, topology_.plan().copies);
    if (topology_.outer_ports().empty()) return ledger_of_cable(counts);
    return ledger_around_device(counts, now.ports - earlier.ports);
}

Result<TrialOutcome> TrialRunner::warm_up(const search::TrialPlan& plan) {
    return run(plan, RunningClock::Patience::endless());
}

Result<TrialOutcome> TrialRunner::run(const search::TrialPlan& plan) {
    return run(plan, patience());
}

Result<TrialOutcome> TrialRunner::run(const search::TrialPlan& plan, RunningClock::Patience patience) {
    const Books earlier = books();
    const double each = plan.load_pps / static_cast<double>(streams_.size()) / static_cast<double>(rte_get_tsc_hz());
    ++trial_;
    for (Stream& stream : streams_) stream.begin(trial_, each);
    TrialTime time(topology_.gateways(), patience);
    if (auto offered = offer(plan, time); !offered) return tl::make_unexpected(offered.error());
    const RunningClock clock = time.clock();
    time.let_go();
    if (auto drained = drain(time); !drained) return tl::make_unexpected(drained.error());

    const Books now = books();
    const auto hz = static_cast<double>(rte_get_tsc_hz());
    TrialOutcome outcome{{plan, 0, 0}, {}, static_cast<double>(clock.running()) / hz, held_by(clock), {}, {}};
    for (const Stream& stream : streams_) {
        outcome.counts += stream.counts();
        outcome.latency.add_scaled(stream.latency(), 1e9 / hz);
    }
    outcome.ledger = ledger(outcome.counts, earlier, now);
    if (auto sum = outcome.ledger.add_up(); !sum) return tl::make_unexpected(sum.error());
    const std::uint64_t missed = outcome.generator_was_late() ? outcome.counts.missed : 0;
    outcome.result = {plan, outcome.counts.offered + missed, outcome.counts.first};
    return outcome;
}

}  // namespace ropewalk::perf::linerate
