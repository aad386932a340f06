#include "control/paths/path_health.hpp"

#include <algorithm>
#include <cmath>

namespace ropewalk::control::paths {

namespace {

constexpr std::uint64_t shortest_interval_ns = 1'000'000,
                        longest_interval_ns = config::region::ProbeSight::longest_interval_ns;

/// At which the peer's probes should come.
std::uint64_t interval_of_peer(const PathEvidence& seen) {
    const std::uint64_t told_ns = seen.probe.interval_ns();
    const std::uint64_t expected_ns = std::max(told_ns == 0 ? seen.interval_ns : told_ns, seen.slowest_of_peer_ns);
    return std::clamp(expected_ns, shortest_interval_ns, longest_interval_ns);
}

/// How many probes in a row must be missing before it is not loss any more: less than one in ten thousand times.
double misses_beyond(double loss) {
    if (loss <= 0) return PathHealth::fewest_misses;
    const double misses = loss >= 1 ? PathHealth::most_misses : std::ceil(std::log(1e-4) / std::log(loss));
    return std::clamp<double>(misses, PathHealth::fewest_misses, PathHealth::most_misses);
}

/// What passes for regular on a path whose delay varies.
std::uint64_t slack(std::uint64_t jitter_ns, std::uint64_t interval_ns) {
    return std::min(4 * jitter_ns, interval_ns);
}

}  // namespace

void PathHealth::take_over(const config::region::PathHealth& left) {
    if (left.state == PathState::unknown || left.state == PathState::stale) return;
    state_ = left.state;
    since_ns_ = left.since_ns;
    flaps_ = left.flaps;
    hold_down_until_ns_ = left.hold_down_until_ns;
    went_down_ns_ = left.since_ns;
    if (is_fit(left.state)) quality_ = is_up(left.state) ? PathState::up : left.state;
    has_proved_itself_ = left.state != PathState::init && (left.state != PathState::down || left.flaps != 0);
}

bool PathHealth::judge(const PathEvidence& seen, const HealthLimits& limits, std::uint64_t now_ns) {
    // Nobody listens: it is as it was, and has to prove itself again when somebody does.
    if (seen.seen_ns == 0 && seen.way == Way::open) {
        has_proved_itself_ = false;
        listening_since_ns_ = 0;
        if (reason_.cause != HealthCause::no_way) return false;
        reason_ = {};
        state_ = PathState::init;
        since_ns_ = now_ns;
        return true;
    }
    const PathState before = state_;
    state_ = next(seen, limits, now_ns);
    if (state_ == PathState::up && seen.duty == Duty::idle) state_ = PathState::metered_idle;
    if (state_ == before) return false;
    since_ns_ = now_ns;
    return true;
}

PathHealth::Misses PathHealth::hello_misses_of(const PathEvidence& seen) {
    if (seen.heard_ns == 0) return {Misses::Count::all, {.cause = HealthCause::never_heard, .by_hellos = true}};
    // The worker may have stamped it after we looked at the clock.
    const std::uint64_t silent_ns = seen.seen_ns - std::min(seen.seen_ns, seen.heard_ns);
    if (silent_ns < hello_silence_ns) return {};
    return {Misses::Count::all, {.cause = HealthCause::not_heard, .for_ns = silent_ns, .by_hellos = true}};
}

PathHealth::Misses PathHealth::misses_of(const PathEvidence& seen) {
    if (seen.peer != PeerHabit::probes) return hello_misses_of(seen);
    // Other copies tell their path outside the seal, and are no proof that it lives.
    const std::uint64_t heard_ns = seen.probe.arrived_ns;
    if (heard_ns == 0) return {Misses::Count::all, {.cause = HealthCause::never_heard}};
    Misses misses;
    const auto add = [&](HealthCause cause, std::uint64_t silent_ns, std::uint64_t interval_ns, std::uint64_t jitter_ns,
                         const std::optional<double>& loss) {
        const std::uint64_t late_ns = slack(jitter_ns, interval_ns);
        const auto dead_ns =
            static_cast<std::uint64_t>(misses_beyond(loss.value_or(0)) * static_cast<double>(interval_ns));
        const auto count = silent_ns >= dead_ns + late_ns               ? Misses::Count::all
                           : silent_ns >= 3 * interval_ns / 2 + late_ns ? Misses::Count::some
                                                                        : Misses::Count::none;
        if (count <= misses.count) return;
        misses = {count, {.cause = cause, .for_ns = silent_ns, .round_trip_ns = seen.round_trip_ns}};
    };
    add(HealthCause::not_heard, seen.seen_ns - std::min(seen.seen_ns, heard_ns), interval_of_peer(seen),
        seen.rx_jitter_ns, seen.rx_loss);
    // How long the peer had heard nothing of us when it sent its last probe. Before it ever did, there is no telling.
    if (seen.probe.arrived_ns != 0 && seen.probe.answered_ns != 0)
        add(HealthCause::not_answered, seen.probe.kept_ns, seen.interval_ns, seen.tx_jitter_ns, seen.tx_loss);
    return misses;
}

bool PathHealth::is_answered(const PathEvidence& seen) {
    return seen.peer != PeerHabit::probes || seen.probe.answered_ns != 0;
}

PathState PathHealth::next(const PathEvidence& seen, const HealthLimits& limits, std::uint64_t now_ns) {
    if (seen.way == Way::closed) return when_closed(now_ns);
    if (listening_since_ns_ == 0) listening_since_ns_ = now_ns;
    follow_probes(seen);
    if (flaps_ != 0 && now_ns - went_down_ns_ >= flaps_forgotten_ns) flaps_ = 0;
    const Misses misses = misses_of(seen);
    if (!has_proved_itself_) return while_unproved(seen, misses, now_ns);
    if (state_ == PathState::down) return while_down(seen, misses, limits, now_ns);
    if (misses.count == Misses::Count::all) return go_down(misses, now_ns);
    const PathState state = quality(seen, limits, now_ns);
    if (misses.count == Misses::Count::none || state == PathState::lossy) return state;
    reason_ = misses.reason;
    return PathState::suspect;
}

void PathHealth::follow_probes(const PathEvidence& seen) {
    const config::region::ProbeSight& probe = seen.probe;
    if (probe.number == last_number_) return;
    // Between two of the peer's probes at most two of ours arrive there, if both go on.
    const bool is_next = probe.number == last_number_ + 1;
    const bool answers_next = probe.answered_ns <= last_answered_ns_ + 5 * seen.interval_ns / 2;
    is_gapless_ = is_gapless_ && is_next && answers_next;
    last_number_ = probe.number;
    last_answered_ns_ = probe.answered_ns;
}

PathState PathHealth::when_closed(std::uint64_t now_ns) {
    reason_ = {.cause = HealthCause::no_way};
    has_proved_itself_ = false;
    listening_since_ns_ = 0;
    went_down_ns_ = now_ns;
    return PathState::down;
}

PathState PathHealth::while_unproved(const PathEvidence& seen, const Misses& misses, std::uint64_t now_ns) {
    const bool is_fresh = seen.peer == PeerHabit::hellos || seen.probe.arrived_ns > listening_since_ns_;
    if (misses.count == Misses::Count::none && is_fresh && is_answered(seen) && seen.peer != PeerHabit::unknown) {
        has_proved_itself_ = true;
        quality_ = PathState::up;
        reason_ = {};
        return PathState::up;
    }
    const std::uint64_t waited_ns = now_ns - listening_since_ns_;
    reason_ = misses.reason;
    if (misses.count == Misses::Count::none && is_fresh && !is_answered(seen))
        reason_ = {.cause = HealthCause::not_answered, .for_ns = waited_ns};
    const bool is_missing = misses.count == Misses::Count::all || reason_.cause == HealthCause::not_answered;
    return waited_ns >= first_word_ns && is_missing ? PathState::down : PathState::init;
}

PathState PathHealth::go_down(const Misses& misses, std::uint64_t now_ns) {
    reason_ = misses.reason;
    const std::uint64_t hold_down_ns = std::min(first_hold_down_ns << std::min(flaps_, 6U), longest_hold_down_ns);
    flaps_ = std::min(flaps_ + 1, 255U);
    went_down_ns_ = now_ns;
    hold_down_until_ns_ = now_ns + hold_down_ns;
    good_since_ns_ = 0;
    is_gapless_ = true;
    return PathState::down;
}

PathState PathHealth::while_down(const PathEvidence& seen, const Misses& misses, const HealthLimits& limits,
                                 std::uint64_t now_ns) {
    if (misses.count == Misses::Count::all) {
        good_since_ns_ = 0;
        reason_ = misses.reason;
        return PathState::down;
    }
    if (good_since_ns_ == 0) {
        good_since_ns_ = now_ns;
        good_from_number_ = seen.probe.number;
        // Nothing was lost: it has only become slower.
        if (seen.peer == PeerHabit::probes && is_gapless_ && is_answered(seen)) {
            hold_down_until_ns_ = now_ns;
            flaps_ -= flaps_ == 0 ? 0 : 1;
            return quality(seen, limits, now_ns);
        }
    }
    const std::uint64_t proof_ns = good_probes * std::max(seen.interval_ns, interval_of_peer(seen));
    const bool came = seen.peer != PeerHabit::probes ||
                      (seen.probe.number - good_from_number_ >= good_probes - 1 && is_answered(seen));
    const std::uint64_t ready_ns =
        std::max(seen.peer == PeerHabit::probes ? good_since_ns_ + proof_ns : 0, hold_down_until_ns_);
    if (came && now_ns >= ready_ns) return quality(seen, limits, now_ns);
    reason_ = {.cause = HealthCause::held_down, .for_ns = ready_ns - std::min(ready_ns, now_ns)};
    return PathState::down;
}

PathState PathHealth::quality(const PathEvidence& seen, const HealthLimits& limits, std::uint64_t now_ns) {
    quality_ = judged_quality(seen, limits, now_ns);
    return quality_;
}

PathState PathHealth::judged_quality(const PathEvidence& seen, const HealthLimits& limits, std::uint64_t now_ns) {
    const bool was_worse = quality_ != PathState::up;
    const double most_loss = was_worse ? limits.loss / 2 : limits.loss;
    const std::uint64_t most_delay_ns = was_worse ? limits.delay_ns / 2 : limits.delay_ns;
    const double rx_loss = seen.rx_loss.value_or(0), tx_loss = seen.tx_loss.value_or(0);
    const auto worse = [&](PathState state, HealthReason reason) {
        worse_ns_ = now_ns;
        reason_ = reason;
        return state;
    };
    // Where it is known, that is why much is lost.
    if (seen.rx_marks_lost != 0)
        return worse(PathState::lossy, {.cause = HealthCause::rx_marks, .marks = seen.rx_marks_lost});
    if (seen.tx_marks_lost != 0)
        return worse(PathState::lossy, {.cause = HealthCause::tx_marks, .marks = seen.tx_marks_lost});
    if (std::max(rx_loss, tx_loss) >= most_loss)
        return worse(PathState::lossy, rx_loss >= tx_loss
                                           ? HealthReason{.cause = HealthCause::rx_loss, .loss = rx_loss}
                                           : HealthReason{.cause = HealthCause::tx_loss, .loss = tx_loss});
    if (std::max(seen.rx_delay_ns, seen.tx_delay_ns) >= most_delay_ns)
        return worse(PathState::slow, seen.rx_delay_ns >= seen.tx_delay_ns
                                          ? HealthReason{.cause = HealthCause::rx_delay, .delay_ns = seen.rx_delay_ns}
                                          : HealthReason{.cause = HealthCause::tx_delay, .delay_ns = seen.tx_delay_ns});
    if (was_worse && now_ns - worse_ns_ < recovery_ns) return quality_;
    reason_ = {};
    return PathState::up;
}

}  // namespace ropewalk::control::paths
