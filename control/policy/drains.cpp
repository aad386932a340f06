#include "control/policy/drains.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ropewalk::control::policy {

using config::schema::Gateway;
using config::schema::Tunnel;
using config::snapshot::Resolved;
using paths::PathAnswer;
using paths::PathRequest;
using paths::PathWish;

namespace {

struct Found {
    const Tunnel* tunnel;
    std::string key;
};

std::vector<Found> find_paths(const Gateway& gateway, const std::string& named) {
    std::vector<Found> found;
    for (const Tunnel& tunnel : gateway.tunnels)
        for (const auto& path : tunnel.paths)
            if (std::string key = config::snapshot::path_key(tunnel, path); named == path.name || named == key)
                found.push_back({&tunnel, std::move(key)});
    return found;
}

std::string unknown_path(const Gateway& gateway, const std::string& named) {
    constexpr std::size_t most_named = 16;
    std::vector<std::string> known;
    for (const Tunnel& tunnel : gateway.tunnels)
        for (const auto& path : tunnel.paths)
            if (known.size() < most_named) known.push_back(config::snapshot::path_key(tunnel, path));
    return fmt::format("there is no path '{}'; the paths are {}{}", named, fmt::join(known, ", "),
                       known.size() == most_named ? ", ..." : "");
}

}  // namespace

void Drains::take_over(const std::map<std::uint32_t, config::region::PathHealth>& health) {
    for (const auto& [slot, left] : health)
        if (left.is_drained) slots_.insert(slot);
}

void Drains::configure(const Gateway& gateway, const Resolved& resolved) {
    std::set<std::uint32_t> configured;
    for (const Tunnel& tunnel : gateway.tunnels)
        for (const auto& path : tunnel.paths)
            configured.insert(resolved.path_slots.at(config::snapshot::path_key(tunnel, path)));
    std::erase_if(slots_, [&](std::uint32_t slot) { return !configured.contains(slot); });
}

PathAnswer Drains::ask(const PathRequest& request, const Gateway& gateway, const Resolved& resolved,
                       events::Events& events) {
    const auto answer = [&](PathAnswer::Outcome outcome, std::string line) {
        return PathAnswer{outcome, request.asker, std::move(line)};
    };
    using enum PathAnswer::Outcome;
    const auto found = find_paths(gateway, request.path);
    if (found.empty()) return answer(refused, unknown_path(gateway, request.path));
    if (found.size() > 1)
        return answer(refused,
                      fmt::format("several tunnels have a path '{}'; say which: {}", request.path, found[0].key));
    const auto& [tunnel, key] = found[0];
    const std::uint32_t slot = resolved.path_slots.at(key);
    if (request.wish == PathWish::use) {
        if (slots_.erase(slot) == 0) return answer(done, fmt::format("{} was not drained", key));
        ++version_;
        events.push_back({events::Event::none, slot, events::PathUsed{}});
        return answer(done, fmt::format("{} is used again, as its state allows", key));
    }
    const bool is_last = std::ranges::all_of(tunnel->paths, [&](const auto& path) {
        const std::string other = config::snapshot::path_key(*tunnel, path);
        return other == key || is_drained(resolved.path_slots.at(other));
    });
    if (is_last && !is_drained(slot))
        return answer(refused,
                      fmt::format("{} is the last path of tunnel {} that is not drained: nothing would carry its "
                                  "traffic; use another one first: ropewalk path use NAME",
                                  key, tunnel->name));
    if (!slots_.insert(slot).second) return answer(done, fmt::format("{} was drained already", key));
    ++version_;
    events.push_back({events::Event::none, slot, events::PathDrained{}});
    return answer(done,
                  fmt::format("{} is drained: traffic leaves it at once and does not come back before 'ropewalk path "
                              "use {}'; it is probed on",
                              key, key));
}

}  // namespace ropewalk::control::policy
