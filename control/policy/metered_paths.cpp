#include "control/policy/metered_paths.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace ropewalk::control::policy {

using config::Metered;
using config::schema::Gateway;
using config::schema::Path;
using config::schema::TrafficClass;
using config::schema::Tunnel;
using config::snapshot::Resolved;
using paths::Duty;
using paths::HealthTable;
using paths::PathState;

namespace {

/// As workers take it: what a path carries that is lossy goes by others, too.
bool carries_alone(const HealthTable::Entry& entry) {
    const PathState state = entry.health.state();
    return state == PathState::up || state == PathState::slow ||
           (state == PathState::unknown && !config::traits_of(entry.wire).has_control_messages);
}

/// Names of a class's paths, the preferred one first.
std::vector<std::string> paths_of(const TrafficClass& traffic_class, const Tunnel& tunnel) {
    if (!traffic_class.paths.empty()) return traffic_class.paths;
    std::vector<std::string> names;
    for (const Path& path : tunnel.paths) names.push_back(path.name);
    return names;
}

}  // namespace

MeteredPaths::Needs MeteredPaths::needs_of(const Tunnel& tunnel, const Path& path, const Resolved& resolved) {
    const auto slots_of = [&](std::span<const std::string> names) {
        Slots slots;
        for (const Path& other : tunnel.paths)
            if (other.metered == Metered::no && std::ranges::find(names, other.name) != names.end())
                slots.push_back(resolved.path_slots.at(config::snapshot::path_key(tunnel, other)));
        return slots;
    };
    Needs needs;
    needs.others = slots_of(paths_of({}, tunnel));
    for (const TrafficClass& traffic_class : tunnel.classes) {
        auto names = paths_of(traffic_class, tunnel);
        const auto place = std::ranges::find(names, path.name);
        if (place == names.end()) continue;
        if (traffic_class.mode == config::Mode::backup) names.erase(place, names.end());
        needs.preferred.push_back(slots_of(names));
    }
    return needs;
}

void MeteredPaths::configure(const Gateway& gateway, const Resolved& resolved) {
    const auto paths_before = std::exchange(paths_, {});
    const auto needs_before = std::exchange(needs_, {});
    for (const Tunnel& tunnel : gateway.tunnels)
        for (const Path& path : tunnel.paths) {
            if (path.metered == Metered::no) continue;
            paths::MeteredPath metered{resolved.path_slots.at(config::snapshot::path_key(tunnel, path)), Duty::carries};
            Needs needs = needs_of(tunnel, path, resolved);
            const auto before = std::ranges::find(paths_before, metered.path_slot, &paths::MeteredPath::path_slot);
            if (before != paths_before.end()) {
                const Needs& known = needs_before[static_cast<std::size_t>(before - paths_before.begin())];
                metered.duty = before->duty;
                needs.needed_ns = known.needed_ns;
                needs.needed_by_class_ns = known.needed_by_class_ns;
            }
            paths_.push_back(metered);
            needs_.push_back(std::move(needs));
        }
}

void MeteredPaths::run(const HealthTable& health, const Drains& drains, std::uint64_t now_ns, events::Events& events) {
    const auto is_any_fit = [&](const Slots& slots) {
        return std::ranges::any_of(slots, [&](std::uint32_t slot) {
            const HealthTable::Entry* const entry = health.find(slot);
            return entry != nullptr && carries_alone(*entry) && !drains.is_drained(slot);
        });
    };
    for (std::size_t i = 0; i < paths_.size(); ++i) {
        Needs& needs = needs_[i];
        if (!is_any_fit(needs.others)) needs.needed_ns = now_ns;
        if (!std::ranges::all_of(needs.preferred, is_any_fit)) needs.needed_by_class_ns = now_ns;
        const Duty duty = now_ns - needs.needed_ns < calm_of_others_ns            ? Duty::carries
                          : now_ns - needs.needed_by_class_ns < calm_of_others_ns ? Duty::reserved
                                                                                  : Duty::idle;
        const Duty before = std::exchange(paths_[i].duty, duty);
        if (duty == Duty::idle && before != Duty::idle)
            events.push_back({events::Event::none, paths_[i].path_slot, events::MeteredPathIdle{}});
        if (duty != Duty::idle && before == Duty::idle)
            events.push_back({events::Event::none, paths_[i].path_slot, events::MeteredPathNeeded{}});
    }
}

}  // namespace ropewalk::control::policy
