#include "control/paths/path_table.hpp"

#include <utility>

namespace ropewalk::control::paths {

using events::Event;

void PathTable::configure(const config::schema::Gateway& gateway, const config::snapshot::Resolved& resolved) {
    std::map<std::uint32_t, Path> paths;
    for (const auto& tunnel : gateway.tunnels) {
        for (const auto& path : tunnel.paths) {
            const std::uint32_t slot = resolved.path_slots.at(config::snapshot::path_key(tunnel, path));
            const auto before = paths_.find(slot);
            paths.emplace(slot, before == paths_.end() ? Path{} : std::move(before->second));
        }
    }
    paths_ = std::move(paths);
    ++version_;
}

void PathTable::remember(std::uint32_t path_slot, const config::schema::MacAddress& mac) {
    const auto found = paths_.find(path_slot);
    if (found == paths_.end()) return;
    found->second.next_hop.mac = mac;
    found->second.is_remembered = true;
    ++version_;
}

void PathTable::run(std::span<const NextHopFact> seen, std::uint64_t now_ns, events::Events& events) {
    if (!seen.empty()) ++version_;
    for (const NextHopFact& fact : seen) {
        const auto found = paths_.find(fact.path_slot);
        if (found == paths_.end()) continue;
        Path& path = found->second;
        if (fact.mac && fact.mac != path.next_hop.mac && !fact.whose.empty())
            events.push_back({Event::none, fact.path_slot, events::NextHopFound{*fact.mac, fact.whose}});
        if (fact.problem != path.next_hop.problem) path.since_ns = now_ns;
        path.next_hop = fact;
        path.is_remembered = false;
    }
}

bool PathTable::learn(std::uint32_t path_slot, const ProbedMtu& probed) {
    const auto found = paths_.find(path_slot);
    return found != paths_.end() && std::exchange(found->second.probed_mtu, probed) != probed;
}

bool PathTable::has_next_hop(std::uint32_t path_slot) const {
    const auto found = paths_.find(path_slot);
    return found != paths_.end() && found->second.next_hop.mac.has_value();
}

}  // namespace ropewalk::control::paths
