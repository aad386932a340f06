#include "control/policy/path_ranks.hpp"

#include <algorithm>
#include <utility>

#include "control/paths/each_tunnel.hpp"

namespace ropewalk::control::policy {

using paths::PathState;

namespace {

using Entry = paths::HealthTable::Entry;

unsigned grade_of(const Entry& entry) {
    constexpr unsigned dead = 4;
    const unsigned behind_all_others = entry.metered == config::Metered::yes ? 2 : 0;
    switch (entry.health.state()) {
        case PathState::up:
        case PathState::suspect:
        case PathState::metered_idle:
            return behind_all_others;
        case PathState::lossy:
        case PathState::slow:
            return behind_all_others + 1;
        default:
            return dead;
    }
}

bool is_told(const Entry& entry) {
    return entry.reception_of_peer.is_known();
}

/// What the peer measures of our direction; half the round trip where it has told nothing of the tunnel's paths yet.
std::optional<std::uint64_t> delay_of(const Entry& entry, bool peer_tells) {
    if (peer_tells && !is_told(entry)) return std::nullopt;
    if (peer_tells) return std::uint64_t{1000} * entry.reception_of_peer.delay_over_best_us;
    const std::uint64_t round_trip_ns = entry.delay.round_trip_ns();
    return round_trip_ns == 0 ? std::nullopt : std::optional(round_trip_ns / 2);
}

}  // namespace

void PathRanks::take_over(const std::map<std::uint32_t, config::region::PathOrder>& orders) {
    for (const auto& [slot, order] : orders) ranks_[slot] = order.rank;
}

bool PathRanks::is_better(const Place& one, const Place& other, std::uint64_t by_ns) {
    if (one.grade != other.grade) return one.grade < other.grade;
    return one.delay_ns && other.delay_ns && *one.delay_ns + by_ns < *other.delay_ns;
}

void PathRanks::run(const std::vector<Entry>& entries) {
    std::map<std::uint32_t, std::uint8_t> ranks;
    paths::each_tunnel(std::span(entries), [&](std::span<const Entry> of_tunnel) { rank(of_tunnel, ranks); });
    ranks_ = std::move(ranks);
}

void PathRanks::rank(std::span<const Entry> of_tunnel, std::map<std::uint32_t, std::uint8_t>& ranks) const {
    const bool peer_tells = std::ranges::any_of(of_tunnel, is_told);
    std::vector<Place> left;
    for (const Entry& entry : of_tunnel)
        left.push_back({entry.path_slot, grade_of(entry), delay_of(entry, peer_tells)});
    std::ranges::stable_sort(left, {}, [&](const Place& place) { return of(place.path_slot); });
    for (std::uint8_t place_of_best = 0; !left.empty(); ++place_of_best) {
        auto best = left.begin();
        for (auto place = left.begin(); place != left.end(); ++place)
            if (is_better(*place, *best, 0)) best = place;
        // Who was before the others stays so, unless the best of them is clearly better.
        if (!is_better(*best, left.front(), clearly_ns)) best = left.begin();
        ranks[best->path_slot] = place_of_best;
        left.erase(best);
    }
}

std::uint8_t PathRanks::of(std::uint32_t path_slot) const {
    constexpr std::uint8_t behind_all = 0xff;
    const auto found = ranks_.find(path_slot);
    return found == ranks_.end() ? behind_all : found->second;
}

}  // namespace ropewalk::control::policy
