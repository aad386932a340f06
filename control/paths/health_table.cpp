#include "control/paths/health_table.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "control/paths/each_tunnel.hpp"

namespace ropewalk::control::paths {

using config::region::LinkCode;
using config::region::ReceptionFigures;

namespace {

constexpr std::uint64_t one_second_ns = 1'000'000'000;

/// Paths that are heard; the others have no delay that could be compared.
bool has_delay(const HealthTable::Entry& entry) {
    return entry.delay.is_known() && (is_fit(entry.health.state()) || entry.health.state() == PathState::suspect);
}

std::uint64_t nanoseconds(config::schema::Duration duration) {
    return static_cast<std::uint64_t>(std::chrono::nanoseconds(duration).count());
}

std::uint32_t microseconds(std::uint64_t ns) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(ns / 1000, ReceptionFigures::most_us));
}

/// A share as a count of so many; `unknown` where it is not known.
template <class Count>
Count lost_of(std::optional<double> loss, Count all, Count unknown) {
    return loss ? static_cast<Count>(*loss * all + 0.5) : unknown;
}

/// The interval of our probes. What came by the one before still counts for a while.
void follow_duty(HealthTable::Entry& entry) {
    const std::uint64_t interval_ns = entry.duty == Duty::idle
                                          ? std::max(HealthTable::idle_probe_interval_ns, entry.carrying_interval_ns)
                                          : entry.carrying_interval_ns;
    if (interval_ns == entry.interval_ns) return;
    entry.slower_interval_ns = std::max(entry.slower_interval_ns, interval_ns);
    entry.interval_changed_ns = 0;
    entry.interval_ns = interval_ns;
}

/// Over which loss is judged: a second of an idle path is three copies.
std::uint64_t loss_span_ns(const HealthTable::Entry& entry) {
    return entry.duty == Duty::idle ? 10 * one_second_ns : one_second_ns;
}

std::uint16_t copies_lost(const HealthTable::Entry& entry, std::uint64_t span_ns) {
    return lost_of(entry.loss.over(span_ns), ReceptionFigures::all_lost, ReceptionFigures::unknown_lost);
}

}  // namespace

void HealthTable::configure(const config::schema::Gateway& gateway, const config::snapshot::Resolved& resolved) {
    std::vector<Entry> entries;
    std::map<std::uint32_t, std::size_t> by_slot;
    for (const auto& tunnel : gateway.tunnels) {
        for (const auto& path : tunnel.paths) {
            const std::uint32_t slot = resolved.path_slots.at(config::snapshot::path_key(tunnel, path));
            const auto before = by_slot_.find(slot);
            Entry entry = before == by_slot_.end() ? Entry{} : std::move(entries_[before->second]);
            entry.path_slot = slot;
            entry.tunnel_slot = resolved.tunnel_slots.at(tunnel.name);
            entry.port_slot = resolved.port_slots.at(path.port);
            entry.wire = tunnel.wire;
            entry.metered = path.metered;
            if (path.metered == config::Metered::no) entry.duty = Duty::carries;
            entry.carrying_interval_ns = nanoseconds(tunnel.probe_interval);
            follow_duty(entry);
            entry.limits = {static_cast<double>(tunnel.lossy_above) / 100, nanoseconds(tunnel.slow_above)};
            by_slot[slot] = entries.size();
            entries.push_back(std::move(entry));
        }
    }
    entries_ = std::move(entries);
    by_slot_ = std::move(by_slot);
    ++version_;
}

void HealthTable::take_over(std::uint32_t path_slot, const config::region::PathHealth& left,
                            const config::region::PathOrder& order) {
    const auto found = by_slot_.find(path_slot);
    if (found == by_slot_.end()) return;
    Entry& entry = entries_[found->second];
    entry.health.take_over(left);
    ++version_;
    if (order.probe_interval_us != 0)
        entry.peer = PeerHabit::probes;
    else if (order.silence_us != 0)
        entry.peer = PeerHabit::hellos;
}

const HealthTable::Entry* HealthTable::find(std::uint32_t path_slot) const {
    const auto found = by_slot_.find(path_slot);
    return found == by_slot_.end() ? nullptr : &entries_[found->second];
}

void HealthTable::run(const Known& known, std::uint64_t now_ns) {
    for (const MeteredPath& path : known.metered) follow(path);
    for (const PathLook& look : known.looks) take(look, now_ns);
    if (now_ns - figures_ns_ >= figures_interval_ns) {
        figures_ns_ = now_ns;
        ++version_;
        each_tunnel(std::span(entries_), compare_delays);
        look_at_tails(now_ns);
    }
    for (Entry& entry : entries_) judge(entry, known, now_ns);
}

void HealthTable::follow(const MeteredPath& path) {
    const auto found = by_slot_.find(path.path_slot);
    if (found == by_slot_.end()) return;
    Entry& entry = entries_[found->second];
    if (std::exchange(entry.duty, path.duty) == path.duty) return;
    follow_duty(entry);
    ++version_;
}

void HealthTable::take(const PathLook& look, std::uint64_t now_ns) {
    const auto found = by_slot_.find(look.path_slot);
    if (found == by_slot_.end()) return;
    Entry& entry = entries_[found->second];
    entry.was_looked_at = true;
    const bool is_news = look.probe.arrived_ns != 0 && look.probe.arrived_ns != entry.look.probe.arrived_ns;
    const config::region::ProbeSight before = std::exchange(entry.look, look).probe;
    if (is_news) {
        entry.delay.take(look.probe);
        entry.reception_of_peer = ReceptionFigures::unpack(look.probe.reception);
    }
    if (look.copies) entry.loss.count(look.copies->came, look.copies->missing, now_ns);
    if (!is_news) return;
    // Whoever began anew counts from a smaller number.
    const auto grew = [](std::uint32_t from, std::uint32_t to) { return static_cast<std::int32_t>(to - from) >= 0; };
    if (!grew(before.copies, look.probe.copies) || !grew(before.came, look.probe.came)) {
        entry.proven.forget();
        entry.marks.forget();
    }
    const std::uint64_t marks_lost = entry.marks.lost();
    entry.marks.take(look.probe, look.marks_changed, now_ns);
    if (entry.marks.lost() != marks_lost) ++version_;
    entry.proven.count(look.probe.came, look.probe.copies - look.probe.came, now_ns);
}

void HealthTable::look_at_tails(std::uint64_t now_ns) {
    if (now_ns - tails_ns_ < tails_interval_ns) return;
    tails_ns_ = now_ns;
    for (Entry& entry : entries_) {
        entry.round_trip_p99_us = microseconds(entry.delay.round_trip_p99_ns());
        entry.jitter_p99_us = microseconds(entry.delay.jitter_p99_ns());
    }
}

void HealthTable::compare_delays(std::span<Entry> of_tunnel) {
    std::optional<std::int64_t> best;
    for (const Entry& entry : of_tunnel)
        if (has_delay(entry)) best = std::min(best.value_or(entry.delay.transit_ns()), entry.delay.transit_ns());
    for (Entry& entry : of_tunnel) {
        const bool can_compare = best && has_delay(entry);
        entry.rx_delay_over_best_ns =
            can_compare ? static_cast<std::uint64_t>(entry.delay.transit_ns()) - static_cast<std::uint64_t>(*best) : 0;
        entry.reception = {lost_of(entry.proven.over(loss_span_ns(entry)), ReceptionFigures::all_proven_lost,
                                   ReceptionFigures::unknown_proven_lost),
                           copies_lost(entry, one_second_ns), microseconds(entry.rx_delay_over_best_ns),
                           microseconds(entry.delay.jitter_ns())};
    }
}

void HealthTable::judge(Entry& entry, const Known& known, std::uint64_t now_ns) {
    if (!config::traits_of(entry.wire).has_control_messages) return;
    if (const auto probes = known.peers.probes_paths(entry.tunnel_slot)) {
        const PeerHabit habit = *probes ? PeerHabit::probes : PeerHabit::hellos;
        if (std::exchange(entry.peer, habit) != habit) ++version_;
    }
    // What nobody has looked at yet is as it was.
    if (known.seen_ns != 0 && !entry.was_looked_at) return;
    if (entry.interval_changed_ns == 0) entry.interval_changed_ns = now_ns;
    if (now_ns - entry.interval_changed_ns > 5 * entry.slower_interval_ns + one_second_ns)
        entry.slower_interval_ns = entry.interval_ns;
    const auto port = known.sights.ports.find(entry.port_slot);
    const bool is_down = port != known.sights.ports.end() && port->second.link == LinkCode::down;
    const ReceptionFigures& told = entry.reception_of_peer;
    const PathEvidence seen{.way = known.table.has_next_hop(entry.path_slot) && !is_down ? Way::open : Way::closed,
                            .peer = entry.peer,
                            .seen_ns = known.seen_ns,
                            .heard_ns = entry.look.heard_ns,
                            .probe = entry.look.probe,
                            .interval_ns = entry.slower_interval_ns,
                            .duty = entry.duty,
                            .slowest_of_peer_ns = entry.duty == Duty::idle ? entry.interval_ns : 0,
                            .rx_jitter_ns = entry.delay.jitter_ns(),
                            .tx_jitter_ns = std::uint64_t{1000} * told.jitter_us,
                            .round_trip_ns = entry.delay.round_trip_ns(),
                            .rx_loss = entry.proven.over(loss_span_ns(entry)),
                            .tx_loss = told.is_known() ? std::optional(told.proven_loss()) : std::nullopt,
                            .rx_delay_ns = entry.rx_delay_over_best_ns,
                            .tx_delay_ns = std::uint64_t{1000} * told.delay_over_best_us,
                            .rx_marks_lost = entry.marks.lost(),
                            .tx_marks_lost = entry.look.probe.marks_lost};
    if (entry.health.judge(seen, entry.limits, now_ns)) ++version_;
    // What was sent while it was dead is no loss of the path that is back.
    if (is_fit(entry.health.state()) || entry.health.state() == PathState::suspect) return;
    entry.proven.forget();
    entry.marks.forget();
}

config::region::PathHealth HealthTable::shown(const Entry& entry) {
    constexpr std::uint64_t ten = 10, minute = 60;
    return {.state = entry.health.state(),
            .is_drained = false,
            .flaps = static_cast<std::uint8_t>(entry.health.flaps()),
            .since_ns = entry.health.since_ns(),
            .hold_down_until_ns = entry.health.hold_down_until_ns(),
            .round_trip_ns = entry.delay.round_trip_ns(),
            .jitter_ns = entry.delay.jitter_ns(),
            .round_trip_p99_us = entry.round_trip_p99_us,
            .jitter_p99_us = entry.jitter_p99_us,
            .rx_delay_over_best_us = microseconds(entry.rx_delay_over_best_ns),
            .tx_delay_over_best_us = entry.reception_of_peer.delay_over_best_us,
            .rx_lost_1s = entry.reception.lost,
            .rx_lost_10s = copies_lost(entry, ten * one_second_ns),
            .rx_lost_60s = copies_lost(entry, minute * one_second_ns),
            .tx_lost_1s = entry.reception_of_peer.lost};
}

}  // namespace ropewalk::control::paths
