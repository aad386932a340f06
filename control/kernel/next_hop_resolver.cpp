#include "control/kernel/next_hop_resolver.hpp"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "config/snapshot/build.hpp"

namespace ropewalk::control::kernel {

using config::schema::Gateway;
using config::schema::Path;
using config::schema::Port;
using config::schema::PortDriver;

namespace {

/// How often the kernel is asked for a neighbour that does not answer.
constexpr std::uint64_t ask_interval_ns = 1'000'000'000;

bool kernel_sees(const Port& port) {
    return port.driver == PortDriver::af_packet || port.driver == PortDriver::af_xdp || port.driver == PortDriver::tap;
}

NextHopResolver::Entry entry_of(const Gateway& gateway, const Path& path, std::string path_key) {
    NextHopResolver::Entry entry{std::move(path_key), {}, false, path.local.address, path.peer.address, {}, 0};
    const Port* const port = find_port(gateway, path.port);
    if (path.next_hop) {
        entry.hop.mac = path.next_hop;
    } else if (port != nullptr && kernel_sees(*port)) {
        entry.interface = port->device;
        entry.is_tap = port->driver == PortDriver::tap;
    } else {
        entry.hop.problem = fmt::format("the kernel does not see port {}; set the path's next_hop", path.port);
    }
    return entry;
}

bool same_way(const NextHopResolver::Entry& a, const NextHopResolver::Entry& b) {
    return a.path_key == b.path_key && a.interface == b.interface && a.local == b.local && a.peer == b.peer;
}

}  // namespace

void NextHopResolver::configure(const Gateway& gateway) {
    std::vector<Entry> entries;
    for (const auto& tunnel : gateway.tunnels) {
        for (const Path& path : tunnel.paths) {
            Entry entry = entry_of(gateway, path, config::snapshot::path_key(tunnel, path));
            const auto before = std::ranges::find_if(entries_, [&](const Entry& old) { return same_way(old, entry); });
            const bool asks = !entry.interface.empty();
            entries.push_back(asks && before != entries_.end() ? *before : std::move(entry));
        }
    }
    entries_ = std::move(entries);
}

void NextHopResolver::remember(const std::map<std::string, MacAddress>& known) {
    for (Entry& entry : entries_) {
        const auto found = known.find(entry.path_key);
        if (found != known.end() && !entry.interface.empty() && !entry.hop.mac) entry.hop.mac = found->second;
    }
}

bool NextHopResolver::refresh(std::uint64_t now_ns) {
    Answers answers;
    bool changed = false;
    for (Entry& entry : entries_) {
        if (entry.interface.empty()) continue;
        NextHop hop = resolve(entry, answers, now_ns);
        if (hop.mac != entry.hop.mac) {
            changed = true;
            spdlog::info("{}: next hop {} has Ethernet address {}", entry.path_key,
                         hop.via ? to_string(*hop.via) : "behind " + entry.interface, to_string(*hop.mac));
        }
        if (hop.problem != entry.hop.problem) entry.since_ns = now_ns;
        entry.hop = std::move(hop);
    }
    std::erase_if(asked_ns_, [&](const auto& asked) { return now_ns - asked.second > 10 * ask_interval_ns; });
    return changed;
}

std::map<std::string, config::schema::MacAddress> NextHopResolver::known() const {
    std::map<std::string, MacAddress> known;
    for (const Entry& entry : entries_)
        if (entry.hop.mac) known.emplace(entry.path_key, *entry.hop.mac);
    return known;
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
