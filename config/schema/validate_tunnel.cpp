#include <algorithm>
#include <bit>
#include <map>
#include <string>

#include <fmt/format.h>

#include "config/region/inner_mtu.hpp"
#include "config/region/limits.hpp"
#include "config/schema/validate.hpp"
#include "config/schema/wording.hpp"

namespace ropewalk::config::schema {
namespace {

constexpr Duration shortest_skew = std::chrono::milliseconds(1), longest_skew = std::chrono::seconds(60);
constexpr Duration shortest_probe_interval = std::chrono::milliseconds(10),
                   longest_probe_interval = std::chrono::seconds(1);
constexpr Duration shortest_slowness = std::chrono::milliseconds(5), longest_slowness = std::chrono::seconds(10);

void validate_prefixes(const Tunnel& tunnel, Notes& notes) {
    const std::string key = key_of(tunnel) + ".prefixes";
    for (std::size_t i = 0; i < tunnel.prefixes.size(); ++i) {
        const Prefix& prefix = tunnel.prefixes[i];
        const std::string item = fmt::format("{}[{}]", key, i);
        const bool multicast = prefix.address.family == Family::ipv4
                                   ? prefix.address.bytes[0] >= 0xe0 && prefix.address.bytes[0] < 0xf0
                                   : prefix.address.bytes[0] == 0xff;
        if (network_of(prefix) != prefix) {
            const auto full = static_cast<std::uint8_t>(prefix.address.size() * 8);
            notes.problem(item, in_quotes(to_string(prefix)),
                          fmt::format("{} for the network, {} for the host", to_string(network_of(prefix)),
                                      to_string(Prefix{prefix.address, full})));
        } else if (multicast) {
            notes.problem(item, fmt::format("{}, a multicast prefix", to_string(prefix)), "a unicast prefix");
        }
    }
}

void validate_window(const Tunnel& tunnel, Notes& notes) {
    if (tunnel.window_packets) {
        constexpr std::uint64_t smallest = 1ULL << region::min_window_log2;
        constexpr std::uint64_t largest = 1ULL << region::max_window_log2;
        const std::uint64_t packets = *tunnel.window_packets;
        if (!std::has_single_bit(packets) || packets < smallest || packets > largest) {
            notes.problem(key_of(tunnel) + ".window", in_quotes(std::to_string(packets)),
                          fmt::format("auto, or a power of two from {} to {}", smallest, largest));
        }
    }
    const auto between = [&](const char* key, Duration found, Duration shortest, Duration longest) {
        if (found >= shortest && found <= longest) return;
        notes.problem(key_of(tunnel) + key, in_quotes(to_string(found)),
                      fmt::format("{} to {}", to_string(shortest), to_string(longest)));
    };
    between(".max_skew", tunnel.max_skew, shortest_skew, longest_skew);
    between(".probe_interval", tunnel.probe_interval, shortest_probe_interval, longest_probe_interval);
    between(".slow_above", tunnel.slow_above, shortest_slowness, longest_slowness);
}

/// Two paths of a tunnel with one id could not be told apart on arrival.
void validate_paths_together(const Tunnel& tunnel, Notes& notes) {
    std::map<std::uint8_t, const Path*> ids;
    for (const Path& path : tunnel.paths) {
        const auto [same_id, new_id] = ids.emplace(path.id, &path);
        if (!new_id) {
            notes.problem(key_of(tunnel, path) + ".id",
                          fmt::format("{}, the id of path {} on line {}", path.id, shown(same_id->second->name),
                                      notes.line_of(key_of(tunnel, *same_id->second))),
                          "an id of its own; without the key, the position in the list");
        }
    }
}

void validate_mtu(const Gateway& gateway, const Tunnel& tunnel, const Path& path, Notes& notes) {
    const Port* const port = find_port(gateway, path.port);
    const std::uint64_t mtu = mtu_of(path, gateway).count;
    const Family outer = path.local.address.family;
    const std::uint16_t lowest = outer == Family::ipv6 ? region::min_mtu_ipv6 : region::min_mtu;
    const bool from_port = !path.mtu && port != nullptr;
    // A port's MTU that suits no path was noted with the port.
    if (from_port && (mtu < region::min_mtu || mtu > region::max_mtu)) return;

    const std::string key = key_of(tunnel, path) + ".mtu";
    const std::string found =
        fmt::format("{}{}", to_string(Bytes{mtu}), from_port ? ", the MTU of port " + shown(port->name) : "");
    if (path.mtu && port != nullptr && mtu > port->mtu.count) {
        notes.problem(key, found,
                      fmt::format("{} at most, the MTU of port {}", to_string(port->mtu), shown(port->name)));
        return;
    }
    if (mtu < lowest || mtu > region::max_mtu) {
        notes.problem(key, found,
                      fmt::format("{}B to {}B on a path over {}", lowest, region::max_mtu,
                                  outer == Family::ipv6 ? "IPv6" : "IPv4"));
        return;
    }
    // The kernel runs no IPv6 over an inside interface of less than its minimum, and by default the interface gets
    // what fits the narrowest path of any tunnel.
    const bool inner_ipv6 = has_ipv6(tunnel.prefixes) || (!gateway.inside.mtu && uses_ipv6_inside(gateway));
    const std::uint16_t needed = inner_ipv6 ? region::min_mtu_ipv6 : region::min_mtu;
    const std::uint16_t inner = region::inner_mtu_for(static_cast<std::uint16_t>(mtu), outer, tunnel.wire);
    if (inner < needed) {
        notes.problem(key,
                      fmt::format("{}; that leaves {} bytes for inner packets where {} needs {}", found, inner,
                                  inner_ipv6 ? "inner IPv6" : "inner IPv4", needed),
                      fmt::format("{}B or more", region::outer_mtu_for(needed, outer, tunnel.wire)));
    }
}

void validate_endpoints(const Tunnel& tunnel, const Path& path, Notes& notes) {
    const std::string key = key_of(tunnel, path);
    if (path.local.was_read()) validate_unicast(path.local.address, key + ".local", notes);
    if (path.peer.was_read()) validate_unicast(path.peer.address, key + ".peer", notes);
    if (!path.local.was_read() || !path.peer.was_read()) return;
    if (path.local.address.family != path.peer.address.family) {
        notes.problem(key + ".peer",
                      fmt::format("{}, of another family than local {}", to_string(path.peer), to_string(path.local)),
                      "IPv4 on both ends or IPv6 on both ends");
    } else if (path.local == path.peer) {
        notes.problem(key + ".peer", fmt::format("{}, the same as local", to_string(path.peer)),
                      "the endpoint of the far gateway");
    }
}

}  // namespace

std::string key_of(const Tunnel& tunnel) {
    return "tunnels." + shown(tunnel.name);
}
std::string key_of(const Tunnel& tunnel, const Path& path) {
    return fmt::format("{}.paths.{}", key_of(tunnel), shown(path.name));
}
std::string key_of(const Tunnel& tunnel, const TrafficClass& entry) {
    return fmt::format("{}.classes.{}", key_of(tunnel), shown(entry.name));
}

void validate_path(const Gateway& gateway, const Tunnel& tunnel, const Path& path, Notes& notes) {
    const std::string key = key_of(tunnel, path);
    if (!path.port.empty() && find_port(gateway, path.port) == nullptr)
        note_unknown_port(gateway, path.port, key + ".port", notes);
    if (!path.port.empty() && path.port == gateway.inside.port)
        notes.problem(key + ".port", path.port + ", the port of the inside",
                      "another port: users and paths do not share one");
    validate_endpoints(tunnel, path, notes);
    if (path.local.was_read()) validate_mtu(gateway, tunnel, path, notes);
    constexpr std::uint64_t slowest = 1'000, fastest = std::uint64_t{region::max_rate_kbit} * 1'000;
    if (path.rate && (path.rate->count < slowest || path.rate->count > fastest)) {
        notes.problem(key + ".rate", in_quotes(to_string(*path.rate)),
                      fmt::format("{} to {}", to_string(BitsPerSecond{slowest}), to_string(BitsPerSecond{fastest})));
    }
    if (path.next_hop)
        validate_station(*path.next_hop, key + ".next_hop", "the Ethernet address of the next router", notes);
}

void validate_tunnel(const Gateway& gateway, const Tunnel& tunnel, Notes& notes) {
    const std::string key = key_of(tunnel);
    if (!gateway.name.empty() && tunnel.peer == gateway.name) {
        notes.problem(key + ".peer", in_quotes(tunnel.peer) + ", the name of this gateway",
                      "the name of the far gateway; by default it is the name of the tunnel");
    }
    validate_prefixes(tunnel, notes);
    validate_window(tunnel, notes);
    for (const Path& path : tunnel.paths) validate_path(gateway, tunnel, path, notes);
    if (tunnel.paths.size() > region::max_paths_per_tunnel) {
        notes.problem(key + ".paths", fmt::format("{} paths", tunnel.paths.size()),
                      fmt::format("{} at most", region::max_paths_per_tunnel));
    } else {
        validate_paths_together(tunnel, notes);
        validate_classes(tunnel, notes);
    }
}

}  // namespace ropewalk::config::schema
