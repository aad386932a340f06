#include "control/policy/path_ranks.hpp"

#include <algorithm>
#include <utility>

namespace ropewalk::control::policy {

using paths::PathState;

namespace {

unsigned grade_of(PathState state) {
    switch (state) {
        case PathState::up:
        case PathState::suspect:
            return 0;
        case PathState::lossy:
        case PathState::slow:
            return 1;
        default:
            return 2;
    }
}

using Entry = paths::HealthTable::Entry;

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
    for (auto begin = entries.begin(); begin != entries.end();) {
        const auto end = std::find_if(begin, entries.end(),
                                      [&](const Entry& entry) { return entry.tunnel_slot != begin->tunnel_slot; });
        const bool peer_tells = std::any_of(begin, end, is_told);
        std::vector<Place> left;
        for (; begin != end; ++begin)
            left.push_back({begin->path_slot, grade_of(begin->health.state()), delay_of(*begin, peer_tells)});
        std::ranges::stable_sort(left, {}, [&](const Place& place) { return of(place.path_slot); });
        for (std::uint8_t rank = 0; !left.empty(); ++rank) {
            auto best = left.begin();
            for (auto place = left.begin(); place != left.end(); ++place)
                if (is_better(*place, *best, 0)) best = place;
            // Who was before the others stays so, unless the best of them is clearly better.
            if (!is_better(*best, left.front(), clearly_ns)) best = left.begin();
            ranks[best->path_slot] = rank;
            left.erase(best);
        }
    }
    ranks_ = std::move(ranks);
}

std::uint8_t PathRanks::of(std::uint32_t path_slot) const {
    constexpr std::uint8_t behind_all = 0xff;
    const auto found = ranks_.find(path_slot);
    return found == ranks_.end() ? behind_all : found->second;
}

}  // namespace ropewalk::control::policy
