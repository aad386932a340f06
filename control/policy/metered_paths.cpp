#include "control/policy/metered_paths.hpp"

#include <algorithm>

#include "control/paths/each_tunnel.hpp"

namespace ropewalk::control::policy {

using paths::HealthTable;
using paths::PathState;

bool MeteredPaths::is_well(const HealthTable::Entry& entry, const Drains& drains) {
    const PathState state = entry.health.state();
    return entry.metered == config::Metered::no && (state == PathState::up || state == PathState::slow) &&
           !drains.is_drained(entry.path_slot);
}

void MeteredPaths::run(const Drains& drains, std::uint64_t now_ns, HealthTable& health) {
    paths::each_tunnel(std::span(health.entries()),
                       [&](std::span<const Entry> of_tunnel) { judge(of_tunnel, drains, now_ns, health); });
}

void MeteredPaths::judge(std::span<const Entry> of_tunnel, const Drains& drains, std::uint64_t now_ns,
                         HealthTable& health) {
    const std::uint32_t slot = of_tunnel.front().tunnel_slot;
    const auto is_metered = [](const Entry& entry) { return entry.metered == config::Metered::yes; };
    if (std::ranges::none_of(of_tunnel, is_metered)) {
        tunnels_.erase(slot);
        return;
    }
    Tunnel& tunnel = tunnels_[slot];
    const bool are_needed = std::ranges::none_of(of_tunnel, [&](const Entry& entry) { return is_well(entry, drains); });
    if (are_needed == tunnel.are_needed)
        tunnel.otherwise_since_ns = 0;
    else if (tunnel.otherwise_since_ns == 0)
        tunnel.otherwise_since_ns = now_ns;
    else if (now_ns - tunnel.otherwise_since_ns >= (are_needed ? needed_after_ns : idle_after_ns))
        tunnel = {.are_needed = are_needed};
    const bool is_other = std::ranges::any_of(
        of_tunnel, [&](const Entry& entry) { return is_metered(entry) && entry.is_idle == tunnel.are_needed; });
    if (is_other) health.use_metered(slot, tunnel.are_needed ? HealthTable::Use::needed : HealthTable::Use::idle);
}

}  // namespace ropewalk::control::policy
