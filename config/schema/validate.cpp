#include "config/schema/validate.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "config/region/limits.hpp"
#include "config/region/records.hpp"
#include "config/schema/wording.hpp"

namespace ropewalk::config::schema {
namespace {

/// `found` of `what` where at most `allowed` fit the shared memory.
void limit(const char* key, const char* what, std::size_t found, std::size_t allowed, Notes& notes) {
    if (found > allowed) notes.problem(key, fmt::format("{} {}", found, what), fmt::format("{} at most", allowed));
}

void validate_dataplane(const Dataplane& dataplane, Notes& notes) {
    if (dataplane.workers < 1 || dataplane.workers > region::max_workers) {
        notes.problem("dataplane.workers", in_quotes(std::to_string(dataplane.workers)),
                      fmt::format("1 to {}", region::max_workers));
    }
    const std::vector<std::uint16_t>& cpus = dataplane.worker_cpus;
    if (!cpus.empty() && cpus.size() != dataplane.workers) {
        notes.problem("dataplane.worker_cpus", fmt::format("{} CPUs for {} workers", cpus.size(), dataplane.workers),
                      "one CPU for each worker, or none at all");
    }
    std::set<std::uint16_t> seen;
    for (std::size_t i = 0; i < cpus.size(); ++i) {
        if (!seen.insert(cpus[i]).second) {
            notes.problem(fmt::format("dataplane.worker_cpus[{}]", i), fmt::format("CPU {} a second time", cpus[i]),
                          "each CPU once");
        }
    }
    if (dataplane.memory.count < region::min_memory_bytes || dataplane.memory.count > region::max_memory_bytes) {
        notes.problem("dataplane.memory", in_quotes(to_string(dataplane.memory)),
                      fmt::format("{} to {}", to_string(Bytes{region::min_memory_bytes}),
                                  to_string(Bytes{region::max_memory_bytes})));
    }
    constexpr Duration shortest_age = std::chrono::milliseconds(region::shortest_max_age_ms);
    constexpr Duration longest_age = std::chrono::milliseconds(region::longest_max_age_ms);
    if (dataplane.max_age < shortest_age || dataplane.max_age > longest_age) {
        notes.problem("dataplane.max_age", in_quotes(to_string(dataplane.max_age)),
                      fmt::format("{} to {}", to_string(shortest_age), to_string(longest_age)));
    }
    const std::string joined = fmt::format("{}", fmt::join(dataplane.eal_args, "\n"));
    constexpr std::size_t longest = sizeof(region::BootRecord::eal_args) - 1;
    if (joined.size() > longest) {
        notes.problem("dataplane.eal_args", fmt::format("{} characters", joined.size()),
                      fmt::format("{} characters at most, over all arguments", longest));
    }
}

/// Two tunnels with one prefix would leave the destination open; two with one peer would share their keys, and with
/// them the sequence numbers.
void validate_tunnels_together(const Gateway& gateway, Notes& notes) {
    std::map<Prefix, std::string> prefixes;
    std::map<std::string, std::string> peers;
    std::size_t ipv4 = 0, ipv6 = 0, paths = 0, classes = 0;
    for (const Tunnel& tunnel : gateway.tunnels) {
        const std::string peer_key = key_of(tunnel) + ".peer";
        const auto [peer, new_peer] = peers.emplace(tunnel.peer, peer_key);
        if (!new_peer) {
            notes.problem(peer_key,
                          fmt::format("{} a second time, first on line {} ({})", in_quotes(tunnel.peer),
                                      notes.line_of(peer->second), peer->second),
                          "one tunnel for each peer, with several paths if need be");
        }
        for (std::size_t i = 0; i < tunnel.prefixes.size(); ++i) {
            const std::string key = fmt::format("{}.prefixes[{}]", key_of(tunnel), i);
            const auto [first, is_new] = prefixes.emplace(network_of(tunnel.prefixes[i]), key);
            if (!is_new) {
                notes.problem(key,
                              fmt::format("{} a second time, first on line {} ({})", to_string(tunnel.prefixes[i]),
                                          notes.line_of(first->second), first->second),
                              "each prefix once, in one tunnel");
            }
            (tunnel.prefixes[i].address.family == Family::ipv4 ? ipv4 : ipv6) += 1;
        }
        paths += tunnel.paths.size();
        classes += tunnel.classes.size();
    }
    limit("tunnels", "tunnels", gateway.tunnels.size(), region::max_tunnels, notes);
    limit("tunnels", "paths over all tunnels", paths, region::max_paths, notes);
    limit("tunnels", "classes over all tunnels", classes, region::max_classes, notes);
    limit("tunnels", "IPv4 prefixes over all tunnels", ipv4, region::max_prefixes, notes);
    limit("tunnels", "IPv6 prefixes over all tunnels", ipv6, region::max_prefixes, notes);
}

/// Paths with the same endpoints are one, and so is the host behind two tunnels that share them. By another port of
/// ours they may go to the same endpoints: modems hand out the same local address to whoever asks.
void validate_endpoints_together(const Gateway& gateway, Notes& notes) {
    struct Owner {
        const Tunnel* tunnel;
        const Path* path;
    };
    std::map<std::tuple<std::string, Endpoint, Endpoint>, Owner> owners;
    for (const Tunnel& tunnel : gateway.tunnels) {
        for (const Path& path : tunnel.paths) {
            if (!path.local.was_read() || !path.peer.was_read()) continue;
            const auto [first, is_new] =
                owners.emplace(std::tuple(path.port, path.local, path.peer), Owner{&tunnel, &path});
            if (is_new) continue;
            const auto& [other, same] = first->second;
            notes.problem(key_of(tunnel, path),
                          fmt::format("the endpoints of path {}{} on line {}", shown(same->name),
                                      other == &tunnel ? "" : " of tunnel " + shown(other->name),
                                      notes.line_of(key_of(*other, *same))),
                          "another port, local or peer endpoint for each path");
        }
    }
}

/// A copy does not say which wire format it has; its local endpoint must.
void validate_wires_together(const Gateway& gateway, Notes& notes) {
    std::map<std::pair<std::string, Endpoint>, const Tunnel*> users;
    for (const Tunnel& tunnel : gateway.tunnels) {
        for (const Path& path : tunnel.paths) {
            const auto [first, is_new] = users.emplace(std::pair(path.port, path.local), &tunnel);
            if (is_new || first->second->wire == tunnel.wire) continue;
            notes.problem(
                fmt::format("{}.paths.{}.local", key_of(tunnel), path.name),
                fmt::format("{}, where tunnel {} has another wire format", to_string(path.local), first->second->name),
                "a UDP port of its own for each wire format");
        }
    }
}

}  // namespace

bool has_ipv6(const std::vector<Prefix>& prefixes) {
    return std::ranges::any_of(prefixes, [](const Prefix& prefix) { return prefix.address.family == Family::ipv6; });
}

bool uses_ipv6_inside(const Gateway& gateway) {
    return has_ipv6(gateway.inside.addresses) ||
           std::ranges::any_of(gateway.tunnels, [](const Tunnel& tunnel) { return has_ipv6(tunnel.prefixes); });
}

void validate_unicast(const IpAddress& address, const std::string& key, Notes& notes) {
    const std::uint8_t first = address.bytes[0];
    // With 224.0.0.0/4 go the reserved 240.0.0.0/4 and the broadcast address.
    const bool group = address.family == Family::ipv4 ? first >= 0xe0 : first == 0xff;
    if (group) {
        notes.problem(key, to_string(address) + ", a multicast, broadcast or reserved address", "a unicast address");
    } else if (address.is_unspecified()) {
        notes.problem(key, to_string(address) + ", the unspecified address", "a unicast address");
    }
}

void validate_station(const MacAddress& address, const std::string& key, const char* whose, Notes& notes) {
    if ((address.bytes[0] & 1) != 0 || address == MacAddress{})
        notes.problem(key, to_string(address) + ", no address of one station", whose);
}

void note_unknown_port(const Gateway& gateway, const std::string& name, const std::string& key, Notes& notes) {
    std::vector<std::string> names;
    for (const Port& port : gateway.ports) names.push_back(port.name);
    notes.problem(key, in_quotes(name) + ", which is not among the ports",
                  hint(name, names) + "the ports here are " + listed(names));
}

void validate(const Gateway& gateway, Notes& notes) {
    validate_dataplane(gateway.dataplane, notes);
    validate_ports(gateway, notes);
    validate_inside(gateway, notes);
    for (const Tunnel& tunnel : gateway.tunnels) validate_tunnel(gateway, tunnel, notes);
    validate_tunnels_together(gateway, notes);
    validate_endpoints_together(gateway, notes);
    validate_wires_together(gateway, notes);
    validate_shards(gateway, notes);
    validate_telling(gateway, notes);
}

}  // namespace ropewalk::config::schema
