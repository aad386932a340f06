#include "control/paths/path_troubles.hpp"

#include <utility>

#include <fmt/format.h>

#include "config/region/link_text.hpp"

namespace ropewalk::control::paths {

using config::region::LinkCode;
using events::Event;

namespace {

template <class Map>
typename Map::mapped_type value_at(const Map& map, std::uint32_t slot) {
    const auto found = map.find(slot);
    return found == map.end() ? typename Map::mapped_type{} : found->second;
}

std::string sentence_of_port(const std::string& port, const std::string& device, const PortSight& sight) {
    const std::string why = config::region::reason_text(sight.reason, device);
    return fmt::format("its port {} is down{}{}", port, why.empty() ? "" : ": ", why);
}

/// Without the time, which the log has.
std::string sentence_of_health(const HealthReason& reason, std::uint16_t udp_port) {
    if (reason.cause != HealthCause::never_heard) return sentence_of(reason);
    return fmt::format("{}; the peer must run, with the same key, and UDP {} must get through", sentence_of(reason),
                       udp_port);
}

}  // namespace

void PathTroubles::configure(const config::schema::Gateway& gateway, const config::snapshot::Resolved& resolved) {
    std::map<std::uint32_t, Entry> entries;
    for (const auto& tunnel : gateway.tunnels) {
        for (const auto& path : tunnel.paths) {
            const std::uint32_t slot = resolved.path_slots.at(config::snapshot::path_key(tunnel, path));
            const auto before = entries_.find(slot);
            Entry entry = before == entries_.end() ? Entry{} : std::move(before->second);
            entry.wire = tunnel.wire;
            entry.port = path.port;
            entry.udp_port = path.local.udp_port;
            entry.port_slot = resolved.port_slots.at(path.port);
            if (const auto* const port = find_port(gateway, path.port)) entry.device = port->device;
            entries.emplace(slot, std::move(entry));
        }
    }
    entries_ = std::move(entries);
}

void PathTroubles::run(const Known& known, std::uint64_t now_ns, events::Events& events) {
    if (now_ns - looked_ns_ < look_interval_ns) return;
    looked_ns_ = now_ns;
    for (auto& [slot, entry] : entries_) look(slot, entry, known, now_ns, events);
}

void PathTroubles::look(std::uint32_t slot, Entry& entry, const Known& known, std::uint64_t now_ns,
                        events::Events& events) {
    const auto path = known.table.paths().find(slot);
    if (path == known.table.paths().end()) return;
    const HealthTable::Entry* const health = known.health.find(slot);
    if (health == nullptr) return;
    const PortSight port = value_at(known.sights.ports, entry.port_slot);
    const PathState state = known.sights.seen_ns == 0 ? PathState::stale : health->health.state();
    follow_state(entry, state, now_ns);
    const NextHopFact& hop = path->second.next_hop;
    entry.next_hop_problem = hop.problem;
    Trouble trouble = trouble_of_way(entry, hop, path->second.since_ns, port, now_ns);
    if (trouble.sentence.empty() && hop.problem.empty()) {
        const HealthReason& reason = health->health.reason();
        const bool is_told = state == PathState::down || state == PathState::lossy || state == PathState::slow;
        // How long it still is to prove itself is no news.
        // Port and next hop have sentences of their own.
        const bool has_figures = reason.cause != HealthCause::held_down && reason.cause != HealthCause::no_way;
        if (is_told && has_figures) word_health(entry, state, reason);
        if (is_told && reason.cause != HealthCause::no_way) trouble.sentence = entry.health_problem;
        // What was said before it was heard again is over, and so are the last words of routers that come up, too.
        const std::uint64_t settled_ns = entry.up_since_ns == 0 ? 0 : entry.up_since_ns + settling_ns;
        if (const auto* const hint = known.hints.find(slot); hint != nullptr && hint->said_ns >= settled_ns)
            trouble.sentence += (trouble.sentence.empty() ? "" : "; ") + hint->sentence;
    }
    // Otherwise nobody knows whether what was told is over.
    const bool is_well = is_up(state) || !config::traits_of(entry.wire).has_copy_header ||
                         (state == PathState::stale && !entry.told_next_hop_problem.empty());
    if (!trouble.sentence.empty() || is_well) tell(slot, entry, trouble, now_ns, events);
}

void PathTroubles::follow_state(Entry& entry, PathState state, std::uint64_t now_ns) {
    if (state == PathState::suspect) return;
    if (!is_up(state)) {
        entry.up_since_ns = 0;
        return;
    }
    if (entry.up_since_ns == 0) entry.up_since_ns = now_ns;
    entry.health_problem.clear();
}

void PathTroubles::word_health(Entry& entry, PathState state, const HealthReason& reason) {
    if (!entry.health_problem.empty() && state == entry.worded_state && reason.cause == entry.worded_cause) return;
    entry.worded_state = state;
    entry.worded_cause = reason.cause;
    entry.health_problem = fmt::format("{}: {}", word_of(state), sentence_of_health(reason, entry.udp_port));
}

PathTroubles::Trouble PathTroubles::trouble_of_way(const Entry& entry, const NextHopFact& hop,
                                                   std::uint64_t hop_since_ns, const PortSight& port,
                                                   std::uint64_t now_ns) {
    if (port.link == LinkCode::down) return {sentence_of_port(entry.port, entry.device, port)};
    const bool is_told = hop.problem == entry.told_next_hop_problem;
    if (hop.problem.empty() || (!is_told && now_ns - hop_since_ns < next_hop_patience_ns)) return {};
    return {fmt::format("{}; {}", hop.problem,
                        hop.mac ? "its last known Ethernet address is used meanwhile"
                                : "nothing is sent on this path until then"),
            true};
}

void PathTroubles::tell(std::uint32_t slot, Entry& entry, const Trouble& trouble, std::uint64_t now_ns,
                        events::Events& events) {
    if (!trouble.sentence.empty()) {
        if (entry.troubled_since_ns == 0) entry.troubled_since_ns = now_ns;
        entry.well_since_ns = 0;
    } else if (entry.well_since_ns == 0) {
        entry.well_since_ns = now_ns;
    }
    if (!entry.log.is_news(trouble.sentence, now_ns)) return;
    entry.told_next_hop_problem = trouble.is_of_next_hop ? entry.next_hop_problem : std::string();
    if (!trouble.sentence.empty()) {
        events.push_back({Event::none, slot, events::PathTroubled{trouble.sentence}});
        return;
    }
    events.push_back({Event::none, slot, events::PathWell{entry.well_since_ns - entry.troubled_since_ns}});
    entry.troubled_since_ns = 0;
}

std::string PathTroubles::next_hop_problem(std::uint32_t path_slot) const {
    const auto found = entries_.find(path_slot);
    if (found == entries_.end()) return {};
    const Entry& entry = found->second;
    if (!entry.next_hop_problem.empty() || entry.told_next_hop_problem.empty()) return entry.next_hop_problem;
    return entry.told_next_hop_problem + " (it comes and goes)";
}

}  // namespace ropewalk::control::paths
