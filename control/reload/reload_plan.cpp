#include "control/reload/reload_plan.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "config/schema/validate.hpp"

namespace ropewalk::control::reload {

using config::schema::Change;
using config::schema::Gateway;
using config::schema::Port;
using config::schema::Tunnel;

namespace {

bool is_same_port(const Gateway& a, const Gateway& b, const std::string& name) {
    const Port* const in_a = find_port(a, name);
    const Port* const in_b = find_port(b, name);
    return in_a != nullptr && in_b != nullptr && *in_a == *in_b;
}

/// A tunnel that uses a port as it will only be after the restart waits as a whole, whatever its keys need.
std::vector<Tunnel> effective_tunnels(const Gateway& running, const Gateway& loaded, const Gateway& held) {
    std::vector<Tunnel> tunnels;
    for (const Tunnel& tunnel : held.tunnels) {
        const bool is_ready =
            std::ranges::all_of(tunnel.paths, [&](const auto& path) { return is_same_port(held, loaded, path.port); });
        const auto old = std::ranges::find(running.tunnels, tunnel.name, &Tunnel::name);
        if (is_ready)
            tunnels.push_back(tunnel);
        else if (old != running.tunnels.end())
            tunnels.push_back(*old);
    }
    return tunnels;
}

Gateway effective_gateway(const Gateway& running, const Gateway& loaded) {
    Gateway effective = held_back(running, loaded);
    effective.tunnels = effective_tunnels(running, loaded, effective);
    // Old tunnels and new ones may contradict each other; then all of it waits.
    config::schema::Notes notes("");
    validate(effective, notes);
    return notes.has_problems() ? running : effective;
}

/// Keys go with the tunnel they were derived for: old ones with an old tunnel.
void add_keys(Configuration& effective, const Configuration& running, const Configuration& loaded) {
    for (const Tunnel& tunnel : effective.gateway.tunnels) {
        const bool is_new = std::ranges::any_of(
            loaded.gateway.tunnels, [&](const Tunnel& candidate) { return held_back(tunnel, candidate) == tunnel; });
        const auto& source = is_new ? loaded.keys : running.keys;
        effective.keys.emplace(tunnel.name, source.at(tunnel.name));
    }
}

/// What keys are derived from, besides the content of the key file.
bool same_derivation(const Tunnel& a, const Tunnel& b) {
    return a.peer == b.peer && a.cipher == b.cipher && a.key_file == b.key_file;
}

/// The YAML may be the same and the file it names hold another key.
void add_changed_keys(const Configuration& before, const Configuration& after, std::vector<Change>& changes) {
    for (const Tunnel& tunnel : after.gateway.tunnels) {
        const auto old = std::ranges::find(before.gateway.tunnels, tunnel.name, &Tunnel::name);
        if (old == before.gateway.tunnels.end() || !same_derivation(*old, tunnel)) continue;
        const std::uint64_t old_id = before.keys.at(tunnel.name).tx_key_id,
                            new_id = after.keys.at(tunnel.name).tx_key_id;
        if (old_id != new_id)
            changes.push_back({Change::Effect::hot, fmt::format("tunnels.{}.key_file", tunnel.name),
                               fmt::format("key {:016x}", old_id), fmt::format("key {:016x}", new_id)});
    }
}

std::vector<Change> changes_between(const Configuration& before, const Configuration& after) {
    std::vector<Change> changes = config::schema::diff(before.gateway, after.gateway);
    add_changed_keys(before, after, changes);
    return changes;
}

}  // namespace

Result<ReloadPlan> plan_reload(const Configuration& running, const Configuration& loaded, DataplaneCare dataplane) {
    if (running.gateway.name != loaded.gateway.name)
        return fail(
            fmt::format("gateway.name: found '{}', and '{}' is running; a gateway cannot be renamed by a reload: "
                        "stop ropewalk-dataplane and ropewalk-control, then start both",
                        loaded.gateway.name, running.gateway.name));
    if (dataplane == DataplaneCare::absent) return ReloadPlan{loaded, changes_between(running, loaded), {}};
    ReloadPlan plan;
    plan.effective.gateway = effective_gateway(running.gateway, loaded.gateway);
    add_keys(plan.effective, running, loaded);
    plan.applied = changes_between(running, plan.effective);
    plan.waiting = changes_between(plan.effective, loaded);
    return plan;
}

std::string to_string(const Change& change) {
    return fmt::format("{} {} -> {}", change.key, change.before, change.after);
}

}  // namespace ropewalk::control::reload
