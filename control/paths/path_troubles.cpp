#include "control/paths/path_troubles.hpp"

#include <utility>

#include <fmt/format.h>

#include "config/region/link_text.hpp"

namespace ropewalk::control::paths {

using config::region::DataplaneState;
using config::region::LinkCode;
using config::region::PathUse;
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
std::string sentence_of_silence(std::uint64_t heard_ns, std::uint16_t udp_port) {
    if (heard_ns == 0)
        return fmt::format(
            "silent: nothing authenticated has come from the peer by it yet; the peer must run, with "
            "the same key, and UDP {} must get through",
            udp_port);
    return fmt::format("silent: nothing authenticated has come from the peer by it for more than {} s",
                       static_cast<double>(path_silence_ns) / 1e9);
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
    const PathSights& sights = known.sights;
    const PortSight port = value_at(sights.ports, entry.port_slot);
    const std::uint64_t heard_ns = value_at(sights.heard_ns, slot);
    const PathState state =
        path_state({sights.seen_ns == 0 ? DataplaneState::absent : DataplaneState::running, entry.wire,
                    value_at(known.orders, slot).use, heard_ns, sights.seen_ns, port.link});
    follow_state(entry, state, now_ns);
    const NextHopFact& hop = path->second.next_hop;
    entry.next_hop_problem = hop.problem;
    Trouble trouble = trouble_of_way(entry, hop, path->second.since_ns, port, now_ns);
    if (trouble.sentence.empty() && hop.problem.empty()) {
        const bool had_its_time =
            heard_ns > entry.listening_since_ns || now_ns - entry.listening_since_ns >= first_word_patience_ns;
        if (state == PathState::silent && had_its_time)
            trouble.sentence = sentence_of_silence(heard_ns, entry.udp_port);
        // What was said before it was heard again is over.
        if (const auto* const hint = known.hints.find(slot); hint != nullptr && hint->said_ns >= entry.up_since_ns)
            trouble.sentence += (trouble.sentence.empty() ? "" : "; ") + hint->sentence;
    }
    // Otherwise nobody knows whether what was told is over.
    const bool is_well = state == PathState::up || !config::traits_of(entry.wire).has_copy_header ||
                         (state == PathState::unknown && !entry.told_next_hop_problem.empty());
    if (!trouble.sentence.empty() || is_well) tell(slot, entry, trouble, now_ns, events);
}

void PathTroubles::follow_state(Entry& entry, PathState state, std::uint64_t now_ns) {
    if (state != PathState::up)
        entry.up_since_ns = 0;
    else if (entry.up_since_ns == 0)
        entry.up_since_ns = now_ns;
    const bool can_be_heard = state == PathState::up || state == PathState::silent;
    if (!can_be_heard || entry.listening_since_ns == 0) entry.listening_since_ns = now_ns;
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
