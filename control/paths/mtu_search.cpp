#include "control/paths/mtu_search.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace ropewalk::control::paths {

namespace {

/// What paths carry: jumbo frames, Ethernet, PPPoE, tunnels in tunnels, IPv6's minimum, and less. Falling.
constexpr std::uint16_t common_sizes[] = {8192, 4352, 2304, 1500, 1492, 1480, 1460, 1440,
                                          1420, 1400, 1380, 1280, 1200, 1024, 768,  576};
constexpr std::uint16_t alignment_bytes = 4;

/// Answers count this long after their probe, however late.
constexpr std::uint64_t memory_ns = 6'000'000'000;
constexpr std::uint64_t shortest_timeout_ns = 250'000'000, longest_timeout_ns = 2'000'000'000;
/// Both ends look at messages once a turn.
constexpr std::uint64_t turns_ns = 100'000'000;
constexpr std::uint64_t silence_wait_ns = 1'000'000'000;
constexpr unsigned most_silence_doublings = 3;
/// So many times in a row a path may shrink before it has to wait longer.
constexpr unsigned free_shrinks = 4, most_raise_doublings = 9;
/// The logarithm of how likely it may be that chance lost all tries.
constexpr double chance_log = -20.7;  // 1e-9

/// Numbers begin again after the largest one.
bool is_before(std::uint32_t number, std::uint32_t other) {
    return static_cast<std::int32_t>(number - other) < 0;
}

}  // namespace

std::string_view word_of(MtuState state) {
    switch (state) {
        case MtuState::disabled:
            return "disabled";
        case MtuState::base:
            return "base";
        case MtuState::searching:
            return "searching";
        case MtuState::complete:
            return "complete";
        case MtuState::error:
            return "error";
    }
    return "?";
}

std::uint16_t MtuSearch::aligned(unsigned size_bytes) const {
    const unsigned smallest = bounds_->smallest_bytes;
    if (size_bytes <= smallest) return bounds_->smallest_bytes;
    return static_cast<std::uint16_t>(smallest + (size_bytes - smallest) / alignment_bytes * alignment_bytes);
}

void MtuSearch::follow(std::optional<Bounds> bounds, std::uint64_t now_ns) {
    if (!bounds) {
        if (bounds_) *this = MtuSearch(next_number_);
        return;
    }
    const std::optional<Bounds> before = bounds_;
    bounds_ = bounds;
    bounds_->ceiling_bytes = aligned(bounds->ceiling_bytes);
    bounds_->base_bytes = std::min(aligned(bounds->base_bytes), bounds_->ceiling_bytes);
    if (!before || *bounds_ == *before) return;
    const std::uint16_t ceiling = bounds_->ceiling_bytes;
    if (ceiling < before->ceiling_bytes) {
        // What is less than what was carried is carried, too; a check will tell.
        carried_bytes_ = std::min(carried_bytes_, ceiling);
        if (refused_bytes_ > ceiling) refused_bytes_ = 0;
        checked_ns_ = 0;
    } else {
        raise_ns_ = now_ns;
        raise_wait_ns_ = first_raise_ns;
    }
    retry_ns_ = now_ns;
    trial_.reset();
}

MtuSearch::Taken MtuSearch::take(const Probe& answered, std::uint64_t now_ns) {
    if (!bounds_) return Taken::late;
    const auto found = std::ranges::find(sent_, answered.number, [](const Sent& sent) { return sent.probe.number; });
    if (found == sent_.end()) return is_before(answered.number, next_number_) ? Taken::late : Taken::absurd;
    if (found->probe != answered) return Taken::absurd;
    if (found->is_answered) return Taken::late;
    found->is_answered = true;
    silent_trials_ = 0;
    const std::uint64_t took_ns = now_ns - found->sent_ns;
    round_trip_ns_ = std::max(took_ns, round_trip_ns_ - round_trip_ns_ / 8);
    if (!trial_ || is_before(answered.number, trial_->first_number)) return Taken::answer;
    if (answered.outer_bytes == trial_->size_bytes)
        pass(answered.outer_bytes, now_ns);
    else if (answered.outer_bytes > bounds_->smallest_bytes)
        trial_->best_bytes = std::max(trial_->best_bytes, answered.outer_bytes);
    return Taken::answer;
}

void MtuSearch::run(std::uint64_t now_ns, Traffic traffic, std::size_t most, std::vector<Probe>& out) {
    if (!bounds_) return;
    while (!sent_.empty() && now_ns - sent_.front().sent_ns >= memory_ns) sent_.pop_front();
    if (most < probes_of_a_round) return;
    if (!trial_) begin_trial(now_ns, traffic);
    if (!trial_ || now_ns < trial_->next_ns) return;
    if (trial_->rounds > 0) {
        const Tally seen = tally(now_ns);
        const bool is_silent = seen.small_answered == 0;
        if (is_silent && (trial_->rounds == 1 || seen.small_lost >= fewest_tries)) return give_up(now_ns);
        const double small_loss = (seen.small_lost + 1.0) / (seen.small_lost + seen.small_answered + 2.0);
        if (seen.lost >= fewest_tries && seen.lost * std::log(small_loss) <= chance_log) return refuse(now_ns);
        if (trial_->rounds >= most_rounds) return give_up(now_ns);
    }
    send_round(now_ns, out);
}

void MtuSearch::begin_trial(std::uint64_t now_ns, Traffic traffic) {
    if (now_ns < retry_ns_) return;
    const bool may_be_raised = carried_bytes_ != 0 && carried_bytes_ < bounds_->ceiling_bytes && now_ns >= raise_ns_;
    std::uint16_t size_bytes = may_be_raised ? bounds_->ceiling_bytes : next_size();
    const std::uint64_t interval_ns = traffic == Traffic::flows ? check_interval_ns : idle_check_interval_ns;
    if (size_bytes == 0 && now_ns - checked_ns_ >= interval_ns) size_bytes = carried_bytes_;
    if (size_bytes == 0) return;
    trial_ = {.size_bytes = size_bytes, .first_number = next_number_, .next_ns = now_ns};
}

std::uint16_t MtuSearch::next_size() const {
    if (refused_bytes_ == 0) return carried_bytes_ < bounds_->ceiling_bytes ? bounds_->ceiling_bytes : std::uint16_t{0};
    if (carried_bytes_ == 0) return bounds_->base_bytes;
    if (refused_bytes_ - carried_bytes_ <= resolution_bytes) return 0;
    for (auto size = std::rbegin(common_sizes); size != std::rend(common_sizes); ++size)
        if (const std::uint16_t next = aligned(*size); next > carried_bytes_ && next < refused_bytes_) return next;
    return aligned((carried_bytes_ + refused_bytes_) / 2U);
}

std::uint64_t MtuSearch::timeout_ns() const {
    return std::clamp(2 * round_trip_ns_ + turns_ns, shortest_timeout_ns, longest_timeout_ns);
}

void MtuSearch::send_round(std::uint64_t now_ns, std::vector<Probe>& out) {
    send(trial_->size_bytes, now_ns, out);
    if (trial_->rounds > 0)
        if (const std::uint16_t companion = next_companion(); companion != 0) send(companion, now_ns, out);
    if (trial_->size_bytes > bounds_->smallest_bytes) send(bounds_->smallest_bytes, now_ns, out);
    ++trial_->rounds;
    // Usually the first try is the last one.
    trial_->next_ns = now_ns + (trial_->rounds == 1 ? timeout_ns() : round_interval_ns);
}

void MtuSearch::send(std::uint16_t outer_bytes, std::uint64_t now_ns, std::vector<Probe>& out) {
    out.push_back({next_number_++, outer_bytes});
    sent_.push_back({out.back(), now_ns});
}

std::uint16_t MtuSearch::next_companion() {
    const std::uint16_t size = trial_->size_bytes, base = bounds_->base_bytes;
    const std::uint16_t above = size > carried_bytes_ ? carried_bytes_ : std::uint16_t{0};
    const std::uint16_t least = size > base ? base : bounds_->smallest_bytes;
    for (std::size_t tried = 0; tried < std::size(common_sizes); ++tried) {
        const std::uint16_t common = aligned(common_sizes[trial_->companion++ % std::size(common_sizes)]);
        if (common < size && common > above && common >= least) return common;
    }
    return 0;
}

MtuSearch::Tally MtuSearch::tally(std::uint64_t now_ns) const {
    Tally seen;
    const std::uint64_t patience_ns = timeout_ns();
    for (const Sent& sent : sent_) {
        if (is_before(sent.probe.number, trial_->first_number)) continue;
        const bool is_lost = !sent.is_answered && now_ns - sent.sent_ns >= patience_ns;
        if (sent.probe.outer_bytes == trial_->size_bytes) {
            seen.lost += is_lost ? 1U : 0U;
        } else if (sent.probe.outer_bytes == bounds_->smallest_bytes) {
            seen.small_lost += is_lost ? 1U : 0U;
            seen.small_answered += sent.is_answered ? 1U : 0U;
        }
    }
    return seen;
}

void MtuSearch::pass(std::uint16_t outer_bytes, std::uint64_t now_ns) {
    carried_bytes_ = outer_bytes;
    if (refused_bytes_ <= outer_bytes) refused_bytes_ = 0;
    checked_ns_ = now_ns;
    trial_.reset();
}

void MtuSearch::note_shrink(std::uint64_t now_ns) {
    if (now_ns - shrunk_ns_ >= longest_raise_ns) shrinks_ = 0;
    shrunk_ns_ = now_ns;
    const unsigned doublings = ++shrinks_ <= free_shrinks ? 0 : std::min(shrinks_ - free_shrinks, most_raise_doublings);
    raise_wait_ns_ = std::min(first_raise_ns << doublings, longest_raise_ns);
    raise_ns_ = now_ns + raise_wait_ns_;
}

void MtuSearch::refuse(std::uint64_t now_ns) {
    const Trial trial = *trial_;
    trial_.reset();
    const std::uint16_t refused_before = refused_bytes_;
    const bool has_shrunk = carried_bytes_ == 0 || trial.size_bytes <= carried_bytes_;
    if (has_shrunk) {
        carried_bytes_ = 0;
        note_shrink(now_ns);
    } else if (trial.size_bytes == bounds_->ceiling_bytes) {
        raise_wait_ns_ = std::min(2 * raise_wait_ns_, longest_raise_ns);
        raise_ns_ = now_ns + raise_wait_ns_;
    }
    refused_bytes_ = trial.size_bytes;
    if (trial.best_bytes > carried_bytes_)
        carried_bytes_ = trial.best_bytes;
    else if (!has_shrunk && refused_before != 0)
        refused_bytes_ = std::min(refused_before, trial.size_bytes);
    if (carried_bytes_ == 0 && refused_bytes_ <= bounds_->base_bytes) carried_bytes_ = bounds_->smallest_bytes;
    checked_ns_ = now_ns;
}

void MtuSearch::give_up(std::uint64_t now_ns) {
    trial_.reset();
    retry_ns_ = now_ns + (silence_wait_ns << std::min(silent_trials_, most_silence_doublings));
    ++silent_trials_;
}

MtuState MtuSearch::state() const {
    if (!bounds_) return MtuState::disabled;
    if (refused_bytes_ != 0 && refused_bytes_ <= bounds_->base_bytes) return MtuState::error;
    if (carried_bytes_ == 0) return MtuState::base;
    const bool is_raising = trial_ && trial_->size_bytes > carried_bytes_;
    return next_size() != 0 || is_raising ? MtuState::searching : MtuState::complete;
}

std::uint16_t MtuSearch::limit_bytes() const {
    if (!bounds_) return 0;
    if (carried_bytes_ == 0) return refused_bytes_ == 0 ? std::uint16_t{0} : bounds_->base_bytes;
    return carried_bytes_ < bounds_->ceiling_bytes ? carried_bytes_ : std::uint16_t{0};
}

}  // namespace ropewalk::control::paths
