#include "control/policy/metered_paths.hpp"

#include <algorithm>

namespace ropewalk::control::policy {

using paths::HealthTable;
using paths::PathState;

bool MeteredPaths::is_well(const HealthTable::Entry& entry, const Drains& drains) {
    const PathState state = entry.health.state();
    return entry.metered == config::Metered::no && (state == PathState::up || state == PathState::slow) &&
           !drains.is_drained(entry.path_slot);
}

void MeteredPaths::run(const Drains& drains, std::uint64_t now_ns, HealthTable& health) {
    const auto& entries = health.entries();
    for (auto begin = entries.begin(); begin != entries.end();) {
        const auto end = std::find_if(begin, entries.end(), [&](const HealthTable::Entry& entry) {
            return entry.tunnel_slot != begin->tunnel_slot;
        });
        const bool has_metered = std::any_of(
            begin, end, [](const HealthTable::Entry& entry) { return entry.metered == config::Metered::yes; });
        const std::uint32_t slot = begin->tunnel_slot;
        if (!has_metered) {
            tunnels_.erase(slot);
            begin = end;
            continue;
        }
        Tunnel& tunnel = tunnels_[slot];
        const bool are_needed =
            std::none_of(begin, end, [&](const HealthTable::Entry& entry) { return is_well(entry, drains); });
        if (are_needed == tunnel.are_needed) {
            tunnel.otherwise_since_ns = 0;
        } else if (tunnel.otherwise_since_ns == 0) {
            tunnel.otherwise_since_ns = now_ns;
        } else if (now_ns - tunnel.otherwise_since_ns >= (are_needed ? needed_after_ns : idle_after_ns)) {
            tunnel = {.are_needed = are_needed};
        }
        const bool is_other = std::any_of(begin, end, [&](const HealthTable::Entry& entry) {
            return entry.metered == config::Metered::yes && entry.is_idle == tunnel.are_needed;
        });
        begin = end;
        if (is_other) health.use_metered(slot, tunnel.are_needed ? HealthTable::Use::needed : HealthTable::Use::idle);
    }
}

}  // namespace ropewalk::control::policy
