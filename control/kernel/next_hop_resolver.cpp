#include "control/kernel/next_hop_resolver.hpp"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

namespace ropewalk::control::kernel {

using config::PortDriver;
using config::schema::Gateway;
using config::schema::Path;
using config::schema::Port;

namespace {

/// How often the kernel is asked for a neighbour that does not answer.
constexpr std::uint64_t ask_interval_ns = 1'000'000'000;

bool kernel_sees(const Port& port) {
    return port.driver == PortDriver::af_packet || port.driver == PortDriver::af_xdp || port.driver == PortDriver::tap;
}

paths::NextHopFact fact_of(std::uint32_t path_slot, const NextHop& hop, const std::string& interface) {
    paths::NextHopFact fact{path_slot, hop.mac, {}, {}, hop.problem};
    if (hop.via) fact.via = to_string(*hop.via);
    if (!interface.empty()) fact.whose = hop.via ? fact.via : "behind " + interface;
    return fact;
}

}  // namespace

void NextHopResolver::configure(const Gateway& gateway, const config::snapshot::Resolved& resolved) {
    std::vector<Entry> entries;
    for (const auto& tunnel : gateway.tunnels) {
        for (const Path& path : tunnel.paths) {
            Entry entry{resolved.path_slots.at(config::snapshot::path_key(tunnel, path)),
                        {},
                        false,
                        path.local.address,
                        path.peer.address,
                        {}};
            const Port* const port = find_port(gateway, path.port);
            if (path.next_hop) {
                entry.hop.mac = path.next_hop;
            } else if (port != nullptr && kernel_sees(*port)) {
                entry.interface = port->device;
                entry.is_tap = port->driver == PortDriver::tap;
            } else {
                entry.hop.problem = fmt::format("the kernel does not see port {}; set the path's next_hop", path.port);
            }
            const auto before = std::ranges::find_if(entries_, [&](const Entry& old) {
                return old.path_slot == entry.path_slot && old.interface == entry.interface &&
                       old.local == entry.local && old.peer == entry.peer;
            });
            if (!entry.interface.empty() && before != entries_.end()) entry.hop = before->hop;
            entries.push_back(std::move(entry));
        }
    }
    entries_ = std::move(entries);
}

void NextHopResolver::remember(const paths::PathTable& known) {
    for (Entry& entry : entries_) {
        const auto found = known.paths().find(entry.path_slot);
        if (found != known.paths().end() && !entry.interface.empty() && !entry.hop.mac)
            entry.hop.mac = found->second.next_hop.mac;
    }
}

std::vector<paths::NextHopFact> NextHopResolver::refresh(std::uint64_t now_ns) {
    Answers answers;
    std::vector<paths::NextHopFact> facts;
    for (Entry& entry : entries_) {
        if (!entry.interface.empty()) entry.hop = resolve(entry, answers, now_ns);
        facts.push_back(fact_of(entry.path_slot, entry.hop, entry.interface));
    }
    std::erase_if(asked_ns_, [&](const auto& asked) { return now_ns - asked.second > 10 * ask_interval_ns; });
    return facts;
}

NextHop NextHopResolver::resolve(const Entry& entry, Answers& answers, std::uint64_t now_ns) {
    NextHopFacts facts{entry.interface, entry.peer, link(entry.interface, answers), {}, {}};
    if (facts.link && entry.is_tap && facts.link->mac) return {facts.link->mac, {}, {}};
    if (facts.link && facts.link->up) {
        facts.route = route(entry, facts.link->index);
        if (*facts.route)
            facts.neighbour = neighbour({facts.link->index, neighbour_of(**facts.route, entry.peer)}, answers, now_ns);
    }
    return choose_next_hop(facts, entry.hop.mac);
}

const std::optional<Link>& NextHopResolver::link(const std::string& name, Answers& answers) {
    const auto found = answers.links.find(name);
    return found != answers.links.end() ? found->second : answers.links.emplace(name, view_.link(name)).first->second;
}

const std::optional<Neighbour>& NextHopResolver::neighbour(const NeighbourKey& key, Answers& answers,
                                                           std::uint64_t now_ns) {
    const auto found = answers.neighbours.find(key);
    if (found != answers.neighbours.end()) return found->second;
    const auto answer = view_.neighbour(key.first, key.second);
    if (must_ask_for(answer)) {
        const auto asked = asked_ns_.find(key);
        if (asked == asked_ns_.end() || now_ns - asked->second >= ask_interval_ns) {
            change_.resolve_neighbour(key.first, key.second);
            asked_ns_[key] = now_ns;
        }
    }
    return answers.neighbours.emplace(key, answer).first->second;
}

tl::expected<Route, int> NextHopResolver::route(const Entry& entry, int interface) {
    const auto answer = view_.route_to(entry.peer, entry.local, interface);
    // The kernel refuses a source that is not its own; the path's address may be known to us alone.
    if (!answer && (answer.error() == ENETUNREACH || answer.error() == EINVAL || answer.error() == EADDRNOTAVAIL))
        return view_.route_to(entry.peer, std::nullopt, interface);
    return answer;
}

}  // namespace ropewalk::control::kernel
