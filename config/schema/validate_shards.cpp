#include <iterator>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "config/region/limits.hpp"
#include "config/schema/validate.hpp"
#include "config/schema/wording.hpp"

namespace ropewalk::config::schema {
namespace {

constexpr unsigned last_udp_port = 65535;

/// The UDP ports that a path is received on.
struct PortsOfPath {
    const Tunnel* tunnel;
    const Path* path;

    unsigned first() const { return path->local.udp_port; }
    unsigned last() const { return first() + tunnel->shards - 1U; }
    bool meets(const PortsOfPath& other) const { return first() <= other.last() && other.first() <= last(); }
    bool equals(const PortsOfPath& other) const { return first() == other.first() && last() == other.last(); }
};

std::string text_of(const PortsOfPath& ports) {
    const std::string first = to_string(ports.path->local);
    return ports.tunnel->shards == 1 ? first : fmt::format("{} to {}", first, ports.last());
}

/// The ports of one local address on one port, in rising order.
class PortsOfAddress {
public:
    /// Those that share a port with `wanted` and are not the same; takes it up when there are none.
    const PortsOfPath* add(const PortsOfPath& wanted) {
        const auto next = users_.lower_bound(wanted.first());
        if (next != users_.end() && next->second.equals(wanted)) return nullptr;
        if (next != users_.end() && next->second.meets(wanted)) return &next->second;
        if (next != users_.begin() && std::prev(next)->second.meets(wanted)) return &std::prev(next)->second;
        users_.emplace(wanted.first(), wanted);
        return nullptr;
    }

private:
    std::map<unsigned, PortsOfPath> users_;
};

void validate_path_ports(const PortsOfPath& ports, Notes& notes) {
    if (ports.last() <= last_udp_port) return;
    notes.problem(key_of(*ports.tunnel, *ports.path) + ".local",
                  fmt::format("{}, from which {} shards reach to port {}", to_string(ports.path->local),
                              ports.tunnel->shards, ports.last()),
                  fmt::format("a UDP port of {} at most", last_udp_port + 1U - ports.tunnel->shards));
}

}  // namespace

/// A copy that arrives on a port must tell one shard only: paths that share an address have the same ports or others.
void validate_shards(const Gateway& gateway, Notes& notes) {
    std::map<std::pair<std::string, IpAddress>, PortsOfAddress> used;
    for (const Tunnel& tunnel : gateway.tunnels) {
        if (tunnel.shards > 1 && !traits_of(tunnel.wire).may_have_shards) {
            notes.problem(key_of(tunnel) + ".shards",
                          fmt::format("{} with wire: {}", tunnel.shards, word_of(tunnel.wire)),
                          "1, because a stock ESP peer sends to one port; more with wire: ropewalk");
            continue;
        }
        for (const Path& path : tunnel.paths) {
            if (!path.local.was_read()) continue;
            const PortsOfPath ports{&tunnel, &path};
            validate_path_ports(ports, notes);
            const PortsOfPath* const met = used[{path.port, path.local.address}].add(ports);
            if (met == nullptr) continue;
            notes.problem(key_of(tunnel, path) + ".local",
                          fmt::format("{}, of which {} of tunnel {} has a part", text_of(ports), text_of(*met),
                                      shown(met->tunnel->name)),
                          "UDP ports of its own, or the same first port with the same shards");
        }
    }
}

}  // namespace ropewalk::config::schema
