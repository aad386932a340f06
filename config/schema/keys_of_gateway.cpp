#include <algorithm>
#include <functional>

#include "config/member_count.hpp"
#include "config/region/records.hpp"
#include "config/schema/read_sections.hpp"
#include "config/schema/rows.hpp"
#include "config/schema/values.hpp"

namespace ropewalk::config::schema {
namespace {

std::optional<std::string> parse_directory(std::string_view text) {
    constexpr std::size_t longest = sizeof(region::BootRecord::state_dir) - 1;
    return text.starts_with('/') && text.size() <= longest ? parse_text(text) : std::nullopt;
}

Tunnel read_tunnel(const std::string& name, std::size_t, const YamlNode& node, const std::string& key, Notes& notes) {
    Tunnel tunnel;
    tunnel.name = name;
    tunnel.peer = name;
    return read_named(std::move(tunnel), node, key, notes);
}

void check_inside(const MapReader& map, Inside& inside) {
    if (map.has("port")) {
        if (map.has("interface"))
            map.notes().problem(map.key_of("interface"), "an interface beside inside.port",
                                "one of the two: users are behind a kernel interface or behind a port");
        map.require("next_hop", "with inside.port: the Ethernet address of the users' router behind it");
        inside.interface.clear();
    } else if (map.has("next_hop")) {
        map.notes().problem(map.key_of("next_hop"), "an Ethernet address without inside.port",
                            "only with inside.port: behind an interface the kernel finds the neighbours");
    }
}

/// Buffers are made at the start, for the largest packet of the ports there are then.
Effect effect_of_port(const Port& port, const std::vector<Port>& running) {
    Bytes widest = Port{}.mtu;
    for (const Port& other : running) widest = std::max(widest, other.mtu);
    return comes_by_reload(port.driver) && port.mtu <= widest ? Effect::hot : Effect::restart;
}

const auto identity_rows = std::to_array<Key<Gateway>>({
    value<&Gateway::name>({.name = "name",
                           .effect = Effect::restart,
                           .help = "how both processes, the shared memory and the peer know it",
                           .need = Need::present,
                           .required = std::string("a name: ") + name_rule},
                          parse_name, name_rule),
    value<&Gateway::state_dir>({.name = "state_dir",
                                .effect = Effect::restart,
                                .help = "must outlive reboots: how far sequence numbers were used"},
                               parse_directory, "an absolute path of up to 127 characters"),
});

std::span<const Key<Gateway>> identity_keys() {
    return identity_rows;
}

const auto rows = std::to_array<Key<Gateway>>({
    map_of<Gateway, std::identity{}, Gateway, identity_keys>({.name = "gateway",
                                                              .effect = Effect::restart,
                                                              .help = {},
                                                              .need = Need::present,
                                                              .required = "a map with the gateway's name"}),
    map_of<Gateway, &Gateway::dataplane>({.name = "dataplane", .effect = Effect::restart, .help = {}}),
    members<&Gateway::ports, effect_of_port>(
        {.name = "ports", .effect = Effect::hot, .help = {}, .need = Need::filled, .required = "at least one port"},
        read_port),
    map_of<Gateway, &Gateway::inside>({.name = "inside", .effect = Effect::hot, .help = {}}, check_inside),
    members<&Gateway::tunnels>({.name = "tunnels",
                                .effect = Effect::hot,
                                .help = {},
                                .need = Need::present,
                                .required = "a map from names to tunnels, {} for none"},
                               read_tunnel),
    map_of<Gateway, &Gateway::metrics>({.name = "metrics", .effect = Effect::hot, .help = {}}),
    map_of<Gateway, &Gateway::events>({.name = "events", .effect = Effect::hot, .help = {}}),
});
// The row `gateway` stands for no member of its own.
static_assert(std::size(rows) - 1 + std::size(identity_rows) == member_count<Gateway>());

}  // namespace

template <>
std::span<const Key<Gateway>> keys_of<Gateway>() {
    return rows;
}

Gateway read_gateway(const YamlNode& root, Notes& notes) {
    Gateway gateway;
    const MapReader map(root, "", names_of(keys_of<Gateway>()), notes);
    if (root.kind == YamlNode::Kind::map) read_section(map, keys_of<Gateway>(), gateway);
    return gateway;
}

}  // namespace ropewalk::config::schema
