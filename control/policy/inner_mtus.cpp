#include "control/policy/inner_mtus.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "config/region/inner_mtu.hpp"
#include "config/region/limits.hpp"
#include "config/schema/validate.hpp"

namespace ropewalk::control::policy {

using config::schema::Gateway;
using config::schema::Path;
using config::schema::Port;
using config::schema::Tunnel;
using events::Event;

namespace {

constexpr std::uint64_t no_limit = std::numeric_limits<std::uint16_t>::max();

/// A bound on a path's outer packets, or on a tunnel's inner ones.
struct Limit {
    std::uint64_t bytes = no_limit;
    std::string what;       ///< for a sentence
    std::string interface;  ///< whose MTU it is; empty: it is no interface's
};

void lower(Limit& limit, Limit other) {
    if (other.bytes < limit.bytes) limit = std::move(other);
}

/// The YAML's bound on a path's outer packets.
Limit configured(const Gateway& gateway, const Path& path) {
    if (path.mtu) return {path.mtu->count, fmt::format("its MTU of {}", path.mtu->count), {}};
    const std::uint64_t bytes = mtu_of(path, gateway).count;
    return {bytes, fmt::format("MTU {} of port {}", bytes, path.port), {}};
}

/// The same from the kernel and from probes, as far as they say anything.
Limit seen(const Gateway& gateway, const Path& path, const paths::PathTable::Path& known) {
    const paths::NextHopFact& fact = known.next_hop;
    Limit limit;
    const Port* const port = find_port(gateway, path.port);
    if (fact.interface_mtu != 0 && port != nullptr)
        lower(limit, {fact.interface_mtu, fmt::format("MTU {} of interface {}", fact.interface_mtu, port->device),
                      port->device});
    if (fact.route_mtu != 0)
        lower(limit, {fact.route_mtu,
                      fmt::format("MTU {} of the route to {}", fact.route_mtu, to_string(path.peer.address)),
                      {}});
    if (const std::uint16_t probed = known.probed_mtu.limit_bytes; probed != 0)
        lower(limit, {probed, fmt::format("MTU {} found by probing", probed), {}});
    return limit;
}

std::uint16_t inner_of(const Limit& outer, const Path& path, const Tunnel& tunnel) {
    return config::region::inner_mtu_for(static_cast<std::uint16_t>(std::min(outer.bytes, no_limit)),
                                         path.peer.address.family, tunnel.wire);
}

const char* inner_family(const Tunnel& tunnel) {
    return config::schema::has_ipv6(tunnel.prefixes) ? "inner IPv6" : "inner IPv4";
}

std::string too_narrow(const Limit& outer, std::uint16_t least, const Path& path, const Tunnel& tunnel) {
    const std::uint16_t needed = config::region::outer_mtu_for(least, path.peer.address.family, tunnel.wire);
    const std::string remedy = outer.interface.empty() ? fmt::format("it needs {} bytes or more all the way", needed)
                                                       : fmt::format("ip link set {} mtu {}", outer.interface, needed);
    return fmt::format("{} leaves {} bytes for inner packets where {} needs {}: larger ones are lost on this path; {}",
                       outer.what, inner_of(outer, path, tunnel), inner_family(tunnel), least, remedy);
}

/// What the YAML says of the inside itself.
Limit limit_of_inside(const Gateway& gateway) {
    Limit limit;
    if (gateway.inside.mtu) lower(limit, {gateway.inside.mtu->count, "inside.mtu of the configuration", {}});
    if (const Port* const port = config::schema::find_inside_port(gateway))
        lower(limit, {port->mtu.count, fmt::format("MTU {} of the inside's port {}", port->mtu.count, port->name), {}});
    return limit;
}

}  // namespace

std::uint16_t least_inner_mtu(const Tunnel& tunnel) {
    return config::schema::has_ipv6(tunnel.prefixes) ? config::region::min_mtu_ipv6 : config::region::min_mtu;
}

InnerMtu inner_mtu_of(const Gateway& gateway, const Tunnel& tunnel, const config::snapshot::Resolved& resolved,
                      const paths::PathTable& paths) {
    const std::uint16_t least = least_inner_mtu(tunnel);
    InnerMtu found;
    Limit inner = limit_of_inside(gateway);
    std::size_t wide_enough = 0;
    for (const Path& path : tunnel.paths) {
        const auto add = [&](const Limit& outer) {
            lower(inner, {inner_of(outer, path, tunnel), fmt::format("path {}, {}", path.name, outer.what), {}});
        };
        add(configured(gateway, path));
        const std::uint32_t slot = resolved.path_slots.at(config::snapshot::path_key(tunnel, path));
        if (!paths.has_next_hop(slot)) continue;
        const Limit outer = seen(gateway, path, paths.paths().at(slot));
        if (inner_of(outer, path, tunnel) < least) {
            found.too_narrow[slot] = too_narrow(outer, least, path, tunnel);
            continue;
        }
        ++wide_enough;
        add(outer);
    }
    found.bytes = static_cast<std::uint16_t>(inner.bytes);
    found.source = std::move(inner.what);
    if (wide_enough == 0 && !found.too_narrow.empty() && least < found.bytes) {
        found.bytes = least;
        found.source = fmt::format("{} needs so much, and every path is too narrow", inner_family(tunnel));
    }
    return found;
}

void InnerMtus::take_over(const std::map<std::uint32_t, config::region::TunnelOrder>& orders) {
    for (const auto& [slot, order] : orders) ordered_before_[slot] = order.inner_mtu;
}

void InnerMtus::run(const Gateway& gateway, const config::snapshot::Resolved& resolved, const paths::PathTable& paths,
                    events::Events& events) {
    std::map<std::uint32_t, Entry> entries;
    for (const auto& tunnel : gateway.tunnels) {
        const std::uint32_t slot = resolved.tunnel_slots.at(tunnel.name);
        const auto before = entries_.find(slot);
        Entry entry;
        if (before != entries_.end())
            entry = std::move(before->second);
        else
            entry.told = config::snapshot::inner_mtu_of(gateway, tunnel);
        entry.now = inner_mtu_of(gateway, tunnel, resolved, paths);
        const auto is_any_path = [&](bool (*property)(const paths::PathTable::Path&)) {
            return std::ranges::any_of(tunnel.paths, [&](const Path& path) {
                const auto found = paths.paths().find(resolved.path_slots.at(config::snapshot::path_key(tunnel, path)));
                return found != paths.paths().end() && property(found->second);
            });
        };
        const bool all_asked = !is_any_path([](const auto& path) { return path.is_remembered; });
        const bool all_probed = !is_any_path([](const auto& path) { return path.probed_mtu.is_awaited; });
        if (all_asked && all_probed) ordered_before_.erase(slot);
        const auto ordered = ordered_before_.find(slot);
        if (ordered != ordered_before_.end() && ordered->second >= least_inner_mtu(tunnel) &&
            ordered->second < entry.now.bytes) {
            entry.now.bytes = ordered->second;
            entry.now.source = "as an earlier control ordered";
            if (before == entries_.end()) entry.told = entry.now.bytes;
        }
        if (all_asked) tell(slot, entry, paths, events);
        entries.emplace(slot, std::move(entry));
    }
    entries_ = std::move(entries);
}

void InnerMtus::tell(std::uint32_t slot, Entry& entry, const paths::PathTable& paths, events::Events& events) {
    const InnerMtu& now = entry.now;
    if (now.bytes != entry.told)
        events.push_back({slot, Event::none, events::InnerMtuChanged{now.bytes, entry.told, now.source}});
    entry.told = now.bytes;
    for (const auto& [path, problem] : now.too_narrow)
        if (const auto told = entry.told_too_narrow.find(path);
            told == entry.told_too_narrow.end() || told->second != problem)
            events.push_back({slot, path, events::PathTooNarrow{problem}});
    for (const auto& [path, problem] : entry.told_too_narrow)
        if (!now.too_narrow.contains(path) && paths.paths().contains(path))
            events.push_back({slot, path, events::PathWideEnough{}});
    entry.told_too_narrow = now.too_narrow;
}

const InnerMtu& InnerMtus::of(std::uint32_t tunnel_slot) const {
    static const InnerMtu unknown{};
    const auto found = entries_.find(tunnel_slot);
    return found == entries_.end() ? unknown : found->second.now;
}

}  // namespace ropewalk::control::policy
