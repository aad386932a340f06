#include "tests/pipeline/gateway_shape.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ropewalk::tests::pipeline {
namespace {

std::string address(const GatewayShape& shape, const char* v4, const char* v6, unsigned path) {
    return fmt::format("{}{}", shape.outer == 4 ? v4 : v6, path);
}

std::string endpoint(const GatewayShape& shape, const std::string& address, unsigned udp_port) {
    return shape.outer == 4 ? fmt::format("{}:{}", address, udp_port) : fmt::format("[{}]:{}", address, udp_port);
}

std::string depot_address(const GatewayShape& shape, unsigned path) {
    return address(shape, "198.18.0.", "2001:db8:c::", path);
}

/// Everything before the tunnels.
std::string head(const std::string& name, const GatewayShape& shape) {
    std::string text = fmt::format("gateway: {{ name: {} }}\nports:\n", name);
    for (unsigned path = 1; path <= shape.paths; ++path)
        text += fmt::format("  wan{}: {{ driver: null, mtu: {}B }}\n", path, shape.mtu);
    return text + "tunnels:\n";
}

/// One end of a tunnel, seen from the gateway whose addresses are `local_of`.
struct End {
    std::string peer, prefixes;
    std::string (*local_of)(const GatewayShape&, unsigned);
    std::string (*peer_of)(const GatewayShape&, unsigned);
    unsigned udp_port, shards;
};

std::string tunnel(const GatewayShape& shape, const End& end) {
    std::string text = fmt::format(
        "  {}:\n    key_file: unread.key\n    cipher: {}\n    wire: {}\n    window: 65536\n    prefixes: [{}]\n    "
        "paths:\n",
        end.peer, shape.cipher, shape.wire, end.prefixes);
    if (end.shards > 1) text.insert(text.find("    prefixes:"), fmt::format("    shards: {}\n", end.shards));
    for (unsigned path = 1; path <= shape.paths; ++path) {
        const unsigned port = shape.ports == GatewayShape::Ports::shared ? 1 : path;
        text += fmt::format("      path{0}:\n        id: {0}\n        port: wan{1}\n", path, port);
        text += fmt::format("        local: \"{}\"\n        peer: \"{}\"\n",
                            endpoint(shape, end.local_of(shape, path), end.udp_port),
                            endpoint(shape, end.peer_of(shape, path), end.udp_port));
        if (std::find(shape.without_next_hop.begin(), shape.without_next_hop.end(), path) ==
            shape.without_next_hop.end())
            text += fmt::format("        next_hop: \"02:00:00:00:ff:{:02x}\"\n", path);
        if (!shape.dscp.empty()) text += fmt::format("        dscp: {}\n", shape.dscp);
        if (!shape.udp_checksum.empty()) text += fmt::format("        udp_checksum: {}\n", shape.udp_checksum);
    }
    return text;
}

}  // namespace

std::string edge_address(const GatewayShape& shape, unsigned path) {
    return address(shape, "203.0.113.", "2001:db8:a::", path);
}

std::string hub_address(const GatewayShape& shape, unsigned path) {
    return address(shape, "198.51.100.", "2001:db8:b::", path);
}

std::string edge_yaml(const GatewayShape& shape) {
    std::string text = head("edge", shape);
    text += tunnel(shape,
                   {"hub", "192.0.2.2/32, \"2001:db8:1::2/128\"", edge_address, hub_address, 4500, shape.edge_shards});
    if (!shape.classes.empty()) text += "    classes:\n" + shape.classes;
    if (shape.depot == GatewayShape::Depot::present)
        text += tunnel(shape, {"depot", "192.0.2.3/32, \"2001:db8:1::3/128\"", edge_address, depot_address, 4600, 1});
    return text;
}

std::string hub_yaml(const GatewayShape& shape) {
    GatewayShape far = shape;
    far.without_next_hop.clear();
    return head("hub", far) + tunnel(far, {"edge", "192.0.2.1/32, \"2001:db8:1::1/128\"", hub_address, edge_address,
                                           4500, far.hub_shards});
}

std::string depot_yaml(const GatewayShape& shape) {
    GatewayShape far = shape;
    far.without_next_hop.clear();
    return head("depot", far) +
           tunnel(far, {"edge", "192.0.2.1/32, \"2001:db8:1::1/128\"", depot_address, edge_address, 4600, 1});
}

}  // namespace ropewalk::tests::pipeline
