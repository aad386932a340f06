#include "control/kernel/next_hop_resolver.hpp"

#include <linux/rtnetlink.h>

#include <algorithm>
#include <cerrno>
#include <iterator>

#include <fmt/format.h>

#include "control/kernel/kernel_port.hpp"

namespace ropewalk::control::kernel {

using config::PortDriver;
using config::schema::Gateway;
using config::schema::Path;
using config::schema::Port;

namespace {

/// How often the kernel is asked for a neighbour that does not answer.
constexpr std::uint64_t ask_interval_ns = 1'000'000'000;

}  // namespace

paths::NextHopFact NextHopResolver::fact_of(const Entry& entry) {
    const NextHop& hop = entry.hop;
    paths::NextHopFact fact{entry.path_slot, hop.mac, {}, {}, hop.problem, entry.mtu.interface, entry.mtu.route};
    if (hop.via) fact.via = to_string(*hop.via);
    if (entry.is_asked_for()) fact.whose = hop.via ? fact.via : "behind " + entry.interface;
    return fact;
}

void NextHopResolver::configure(const Gateway& gateway, const config::snapshot::Resolved& resolved) {
    std::vector<Entry> entries;
    for (const auto& tunnel : gateway.tunnels) {
        for (const Path& path : tunnel.paths) {
            Entry entry;
            entry.path_slot = resolved.path_slots.at(config::snapshot::path_key(tunnel, path));
            entry.local = path.local;
            entry.peer = path.peer;
            const Port* const port = find_port(gateway, path.port);
            if (port != nullptr && kernel_sees(*port)) {
                entry.interface = port->device;
                entry.origin = port->driver == PortDriver::tap ? Origin::tap : Origin::kernel;
            }
            if (path.next_hop) {
                entry.origin = Origin::yaml;
                entry.hop.mac = path.next_hop;
            } else if (entry.origin == Origin::nobody) {
                entry.hop.problem = fmt::format("the kernel does not see port {}; set the path's next_hop", path.port);
            }
            const auto before = std::ranges::find_if(entries_, [&](const Entry& old) {
                return old.path_slot == entry.path_slot && old.origin == entry.origin &&
                       old.interface == entry.interface && old.local.address == entry.local.address &&
                       old.peer.address == entry.peer.address;
            });
            if (before != entries_.end()) {
                entry.mtu = before->mtu;
                if (entry.is_asked_for()) entry.hop = before->hop;
            }
            entries.push_back(std::move(entry));
        }
    }
    entries_ = std::move(entries);
}

void NextHopResolver::remember(const paths::PathTable& known) {
    for (Entry& entry : entries_) {
        const auto found = known.paths().find(entry.path_slot);
        if (found != known.paths().end() && entry.is_asked_for() && !entry.hop.mac)
            entry.hop.mac = found->second.next_hop.mac;
    }
}

std::vector<paths::NextHopFact> NextHopResolver::refresh(std::uint64_t now_ns) {
    Answers answers;
    std::vector<paths::NextHopFact> facts;
    for (Entry& entry : entries_) {
        if (!entry.interface.empty()) look(entry, answers, now_ns);
        facts.push_back(fact_of(entry));
    }
    std::erase_if(followed_, [&](const auto& entry) { return entry.second.looked_ns != now_ns; });
    return facts;
}

void NextHopResolver::look(Entry& entry, Answers& answers, std::uint64_t now_ns) {
    const auto& peer = entry.peer.address;
    NextHopFacts facts{entry.interface, peer, link(entry.interface, answers), {}, {}, {}, 0};
    if (facts.link && entry.origin == Origin::tap && facts.link->mac) {
        entry.mtu = mtu_of_way(facts, entry.mtu);
        entry.hop = {facts.link->mac, {}, {}};
        return;
    }
    if (facts.link && facts.link->up) {
        facts.route = route(entry, facts.link->index);
        if (*facts.route) facts.learnt_mtu = view_.learnt_mtu(entry.local.address, peer);
    }
    entry.mtu = mtu_of_way(facts, entry.mtu);
    if (!entry.is_asked_for()) return;
    if (facts.route && *facts.route) {
        const NeighbourKey key{facts.link->index, neighbour_of(**facts.route, peer)};
        facts.neighbour = neighbour(key, answers, now_ns);
        facts.neighbour_is_silent = followed_[key].is_silent;
    }
    if (facts.route && may_lack_a_route(facts)) facts.unfollowed = unfollowed(entry, facts.link->index, answers);
    entry.hop = choose_next_hop(facts, entry.hop.mac);
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
    Followed& followed = followed_[key];
    followed.looked_ns = now_ns;
    followed.is_silent = followed.silence.is_silent(answer, now_ns);
    if (must_ask_for(answer) && (followed.asked_ns == 0 || now_ns - followed.asked_ns >= ask_interval_ns)) {
        change_.resolve_neighbour(key.first, key.second);
        followed.asked_ns = now_ns;
    }
    return answers.neighbours.emplace(key, answer).first->second;
}

tl::expected<Route, int> NextHopResolver::route(const Entry& entry, int interface) {
    using Source = KernelView::Source;
    const auto answer = view_.route_of_copies(entry.local, entry.peer, interface, Source::local);
    // The kernel refuses a source that is not its own; the path's address may be known to us alone.
    const bool is_refused =
        !answer && (answer.error() == ENETUNREACH || answer.error() == EINVAL || answer.error() == EADDRNOTAVAIL);
    // With a source IPv6 prefers the longest prefix to the interface that was asked for.
    const bool is_by_another = answer && answer->type == RTN_UNICAST && answer->interface != interface;
    if (is_refused || is_by_another) return view_.route_of_copies(entry.local, entry.peer, interface, Source::any);
    return answer;
}

std::optional<UnfollowedRule> NextHopResolver::unfollowed(const Entry& entry, int interface, Answers& answers) {
    if (!answers.rules) answers.rules = view_.rules();
    const auto& peer = entry.peer.address;
    std::vector<Route> routes;
    for (const std::uint32_t table : tables_of_choosy_rules(*answers.rules, peer.family))
        std::ranges::copy(view_.routes_by(interface, peer.family, table), std::back_inserter(routes));
    return find_unfollowed(*answers.rules, routes, peer, interface);
}

}  // namespace ropewalk::control::kernel
