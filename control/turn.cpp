#include "control/turn.hpp"

#include <utility>

#include "config/snapshot/slots.hpp"
#include "control/paths/previous_next_hops.hpp"
#include "control/publication/generation_fate.hpp"
#include "control/reload/reload_plan.hpp"
#include "control/reload/standing_configuration.hpp"

namespace ropewalk::control {

using events::Events;
using publication::DataplaneWatch;
using publication::fate_of;
using publication::GenerationFate;
using publication::Publisher;

namespace {

/// Thousands of paths are much to look at.
constexpr std::uint64_t path_mtus_interval_ns = 100'000'000;

events::RestartNeeded restart_needed(const std::vector<config::schema::Change>& changes) {
    events::RestartNeeded event;
    for (const auto& change : changes) event.keys.push_back(change.key);
    return event;
}

}  // namespace

Result<void> Turn::start(reload::Configuration configuration, Legacy legacy, const Facts& facts, std::uint64_t now_ns,
                         Effects& effects) {
    follow_dataplane(facts, now_ns, effects.events);
    const auto legacy_health = std::exchange(legacy.health, {});
    drains_.take_over(legacy_health);
    take_over(std::move(legacy), facts, effects.events);
    const auto previous = publisher_.current();
    if (previous && facts.dataplane.sighting.has_started()) {
        // As a reload of what it runs.
        const auto standing = reload::standing_configuration(*previous, orders_.standing().paths, configuration);
        auto plan = reload::plan_reload(standing, configuration, reload::DataplaneCare::present);
        if (!plan) return tl::make_unexpected(plan.error());
        if (!plan->waiting.empty()) effects.events.push_back({.what = restart_needed(plan->waiting)});
        wait_for_restart(plan->waiting, std::move(configuration));
        configuration = std::move(plan->effective);
    }
    if (auto adopted = adopt(std::move(configuration), now_ns, effects.events); !adopted) return adopted;
    if (previous)
        for (const auto& [slot, mac] : paths::previous_next_hops(*previous, orders_.standing().paths, running_.gateway))
            paths_.remember(slot, mac);
    if (previous)
        for (const auto& [slot, left] : legacy_health)
            if (const auto order = orders_.standing().paths.find(slot); order != orders_.standing().paths.end())
                health_.take_over(slot, left, order->second);
    follow_path_mtus(facts, now_ns);
    follow_inner_mtus(effects.events);
    follow_health(facts, now_ns, effects);
    publish(facts, effects);
    effects.superseded_slots = publisher_.retire(facts.dataplane);
    return {};
}

void Turn::run(Facts facts, std::uint64_t now_ns, Effects& effects) {
    follow_dataplane(facts, now_ns, effects.events);
    std::vector<reload::ReloadAnswer> taken;
    for (auto& request : facts.reloads) reload(std::move(request), facts, now_ns, taken, effects);
    for (const auto& request : facts.path_requests)
        effects.path_answers.push_back(drains_.ask(request, running_.gateway, resolved_, effects.events));
    if (!facts.path_requests.empty()) shown_health_ns_ = 0;
    paths_.run(facts.next_hops, now_ns, effects.events);
    inner_mtus_are_stale_ |= !facts.next_hops.empty();
    hellos_.receive(facts.messages, now_ns, effects.events);
    follow_shards(facts, now_ns, effects.events);
    if (facts.path_sights) path_sights_ = *facts.path_sights;
    follow_path_mtus(facts, now_ns);
    follow_inner_mtus(effects.events);
    follow_health(facts, now_ns, effects);
    follow_troubles(facts, now_ns, effects.events);
    send_hellos(facts, now_ns, effects);
    send_mtu_probes(facts, now_ns, effects);
    publish(facts, effects);
    effects.superseded_slots = publisher_.retire(facts.dataplane);
    for (auto& answer : taken) reloads_.add(std::move(answer), generation() + (unpublished_ ? 1 : 0), now_ns);
    reloads_.run(facts.dataplane, now_ns, effects.answers);
}

void Turn::take_over(Legacy legacy, const Facts& facts, Events& events) {
    const std::uint64_t generation = legacy.snapshots.newest.generation;
    publisher_.take_over(std::move(legacy.snapshots));
    if (generation == 0) return;
    const auto previous = publisher_.current();
    if (!previous) {
        events.push_back({.what = events::PreviousDamaged{}});
        return;
    }
    events.push_back({.what = events::TookOver{generation}});
    config::snapshot::recover_slots(*previous, resolved_);
    inner_mtus_.take_over(legacy.orders.tunnels);
    ranks_.take_over(legacy.orders.paths);
    orders_.take_over(std::move(legacy.orders));
    using Previous = peers::ReceivedShards::Previous;
    const bool in_use = fate_of(generation, facts.dataplane).kind == GenerationFate::Kind::in_use;
    received_shards_.take_over(*previous, in_use ? Previous::in_use : Previous::published);
}

Result<void> Turn::adopt(reload::Configuration configuration, std::uint64_t now_ns, Events& events) {
    config::snapshot::Resolved resolved = resolved_;
    resolved.keys = configuration.keys;
    if (auto assigned = config::snapshot::assign_slots(configuration.gateway, resolved); !assigned) return assigned;
    peers::ReceivedShards received_shards = received_shards_;
    received_shards.configure(configuration.gateway, now_ns);
    auto prepared = publisher_.prepare(received_shards.opened(configuration.gateway), resolved);
    if (!prepared) return tl::make_unexpected(prepared.error());

    forget_peers_of_changed_keys(configuration);
    resolved_ = std::move(resolved);
    running_ = std::move(configuration);
    received_shards_ = std::move(received_shards);
    unpublished_ = std::move(*prepared);
    paths_.configure(running_.gateway, resolved_);
    health_.configure(running_.gateway, resolved_);
    drains_.configure(running_.gateway, resolved_);
    metered_.configure(running_.gateway, resolved_);
    icmp_hints_.configure(running_.gateway, resolved_);
    path_troubles_.configure(running_.gateway, resolved_);
    path_mtus_.configure(running_.gateway, resolved_, now_ns);
    path_mtus_due_ns_ = 0;
    inner_mtus_are_stale_ = true;
    hellos_.set_keys(key_tags());
    events.push_back({.what = events::ConfigurationAdopted{}});
    const unsigned workers = running_.gateway.dataplane.workers;
    for (const auto& tunnel : running_.gateway.tunnels)
        if (tunnel.shards > 1 && tunnel.shards % workers != 0)
            events.push_back({.tunnel_slot = resolved_.tunnel_slots.at(tunnel.name),
                              .what = events::ShardsUneven{tunnel.name, tunnel.shards, workers}});
    return {};
}

void Turn::forget_peers_of_changed_keys(const reload::Configuration& configuration) {
    for (const auto& [name, keys] : running_.keys) {
        const auto now = configuration.keys.find(name);
        if (now == configuration.keys.end() || now->second.rx_key_id != keys.rx_key_id)
            hellos_.forget_shards(resolved_.tunnel_slots.at(name));
    }
}

std::map<std::uint32_t, std::uint32_t> Turn::key_tags() const {
    std::map<std::uint32_t, std::uint32_t> tags;
    for (const auto& [name, keys] : running_.keys)
        tags[resolved_.tunnel_slots.at(name)] = config::region::TunnelOrder::tag_of(keys.rx_key_id);
    return tags;
}

void Turn::follow_dataplane(const Facts& facts, std::uint64_t now_ns, Events& events) {
    const std::uint64_t pid_before = dataplane_.last().pid;
    const std::uint64_t pid = facts.dataplane.sighting.pid;
    switch (dataplane_.observe(facts.dataplane.sighting)) {
        case DataplaneWatch::Event::none:
            break;
        case DataplaneWatch::Event::appeared:
            events.push_back({.what = events::DataplaneAppeared{pid}});
            break;
        case DataplaneWatch::Event::replaced:
            events.push_back({.what = events::DataplaneReplaced{pid, pid_before}});
            break;
        case DataplaneWatch::Event::disappeared:
            events.push_back({.what = events::DataplaneGone{pid_before}});
            break;
    }
    if (!facts.dataplane.sighting.has_started() && wanted_) adopt_waiting(now_ns, events);
    if (auto refusal = refusals_.observe(facts.dataplane)) events.push_back({.what = std::move(*refusal)});
}

void Turn::wait_for_restart(const std::vector<config::schema::Change>& changes, reload::Configuration wanted) {
    waiting_changes_ = changes;
    wanted_.reset();
    if (!changes.empty()) wanted_ = std::move(wanted);
}

void Turn::adopt_waiting(std::uint64_t now_ns, Events& events) {
    reload::Configuration wanted = std::move(*wanted_);
    wanted_.reset();
    waiting_changes_.clear();
    if (auto adopted = adopt(std::move(wanted), now_ns, events); !adopted)
        events.push_back({.what = events::WaitingRefused{adopted.error().message}});
    else
        events.push_back({.what = events::WaitingAdopted{}});
}

void Turn::reload(reload::ReloadRequest request, const Facts& facts, std::uint64_t now_ns,
                  std::vector<reload::ReloadAnswer>& taken, Effects& effects) {
    const auto refuse = [&](const reload::ProblemLines& problems) {
        effects.answers.push_back({request.asker, reload::report_refusal(problems)});
    };
    if (!request.loaded) return refuse(request.loaded.error());
    // A dataplane that refused what we publish runs something else, and can only judge the whole.
    const bool in_step = fate_of(generation(), facts.dataplane).kind != GenerationFate::Kind::refused;
    const auto care = facts.dataplane.sighting.has_started() && in_step ? reload::DataplaneCare::present
                                                                        : reload::DataplaneCare::absent;
    const auto plan = reload::plan_reload(running_, *request.loaded, care);
    if (!plan) return refuse({plan.error().message});
    if (auto adopted = adopt(plan->effective, now_ns, effects.events); !adopted)
        return refuse({adopted.error().message});
    wait_for_restart(plan->waiting, std::move(*request.loaded));
    taken.push_back({request.asker, reload::report_plan(*plan, std::move(request.notes))});
}

void Turn::follow_shards(const Facts& facts, std::uint64_t now_ns, Events& events) {
    if (received_shards_.expire(now_ns)) {
        if (auto prepared = publisher_.prepare(opened(), resolved_))
            unpublished_ = std::move(*prepared);
        else
            events.push_back({.what = events::PublicationFailed{prepared.error().message}});
        events.push_back({.what = events::ReceivedPortsClosed{}});
    }
    if (unpublished_ || !received_shards_.is_waiting()) return;
    if (fate_of(generation(), facts.dataplane).kind != GenerationFate::Kind::in_use) return;
    received_shards_.in_use();
    targets_are_stale_ = true;
}

void Turn::send_hellos(const Facts& facts, std::uint64_t now_ns, Effects& effects) {
    targets_are_stale_ |= !facts.next_hops.empty();
    // A worker knows the tunnels and paths of what is published only.
    if (targets_are_stale_ && !unpublished_) {
        hellos_.set_targets(peers::hello_targets(running_.gateway, resolved_, paths_, received_shards_.announced()));
        targets_are_stale_ = false;
    }
    if (!facts.dataplane.sighting.is_running()) return;
    hellos_.send(now_ns, facts.inject_room,
                 {version_, running_.gateway.name, facts.dataplane.sighting.life_uuid, 1, true, true},
                 effects.messages);
}

void Turn::follow_path_mtus(const Facts& facts, std::uint64_t now_ns) {
    for (const auto& message : facts.messages)
        if (hellos_.has_present_key(message)) path_mtus_.receive(message, now_ns);
    path_mtus_.follow_traffic(facts.user_packets);
    if (now_ns < path_mtus_due_ns_ && facts.next_hops.empty()) return;
    path_mtus_due_ns_ = now_ns + path_mtus_interval_ns;
    inner_mtus_are_stale_ |= path_mtus_.follow_paths(hellos_.peers(), now_ns, paths_);
}

void Turn::send_mtu_probes(const Facts& facts, std::uint64_t now_ns, Effects& effects) {
    if (!facts.dataplane.sighting.is_running() || unpublished_) return;
    path_mtus_.send(now_ns, facts.inject_room - effects.messages.size(), effects.messages);
}

void Turn::follow_inner_mtus(Events& events) {
    if (std::exchange(inner_mtus_are_stale_, false)) inner_mtus_.run(running_.gateway, resolved_, paths_, events);
}

void Turn::follow_health(const Facts& facts, std::uint64_t now_ns, Effects& effects) {
    metered_.run(health_, drains_, now_ns, effects.events);
    path_mtus_.follow_duties(metered_.paths());
    health_.run({paths_, path_sights_, hellos_.peers(), facts.path_looks, facts.heard_until_ns, metered_.paths()},
                now_ns);
    if (std::exchange(ranked_version_, health_.version()) != health_.version()) ranks_.run(health_.entries());
    orders_.run(running_.gateway, resolved_, {paths_, health_, ranks_, drains_, inner_mtus_, hellos_.peers()}, now_ns,
                effects.orders, effects.events);
    const bool shows_all = now_ns - shown_health_ns_ >= paths::HealthTable::figures_interval_ns;
    if (shows_all) shown_health_ns_ = now_ns;
    for (const auto& entry : health_.entries()) {
        if (!shows_all && entry.health.since_ns() != now_ns) continue;
        config::region::PathHealth shown = paths::HealthTable::shown(entry);
        shown.is_drained = drains_.is_drained(entry.path_slot);
        effects.health[entry.path_slot] = shown;
    }
}

void Turn::follow_troubles(const Facts& facts, std::uint64_t now_ns, Events& events) {
    if (facts.path_sights) numbers_behind_.run(facts.numbers_behind, now_ns, events);
    icmp_hints_.run(facts.icmp_errors, now_ns);
    path_troubles_.run({paths_, health_, path_sights_, icmp_hints_}, now_ns, events);
}

void Turn::publish(const Facts& facts, Effects& effects) {
    if (!unpublished_) return;
    const auto outcome = publisher_.publish(*unpublished_, facts.dataplane, effects.publish);
    if (outcome == Publisher::Outcome::busy) return;
    unpublished_.reset();
    targets_are_stale_ = true;
    if (outcome == Publisher::Outcome::published)
        effects.events.push_back({.what = events::GenerationPublished{generation()}});
}

}  // namespace ropewalk::control
