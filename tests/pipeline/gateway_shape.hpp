#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ropewalk::tests::pipeline {

/// What the gateways of a test look like; the YAML of both ends is written from it. Path i (from 1) runs over port
/// wan<i>, from 203.0.113.<i> at the edge to 198.51.100.<i> at the hub, or from 2001:db8:a::<i> to 2001:db8:b::<i>.
/// Inner packets go from 192.0.2.1 to 192.0.2.2, or from 2001:db8:1::1 to 2001:db8:1::2.
struct GatewayShape {
    int outer = 4;  ///< IP version of the paths
    std::string wire = "ropewalk";
    std::string cipher = "aes-256-gcm";
    unsigned paths = 3;
    unsigned mtu = 1500;  ///< of the ports
    /// `shared`: all paths run over wan1, so that one burst can bring copies of several paths.
    enum class Ports : std::uint8_t { one_per_path, shared } ports = Ports::one_per_path;
    std::string udp_checksum;  ///< empty: the default
    std::string dscp;          ///< empty: the default
    unsigned edge_shards = 1, hub_shards = 1;
    std::vector<unsigned> without_next_hop;  ///< paths of the edge
    std::string classes;                     ///< YAML of the edge's `classes`, indented by six
    /// A second tunnel of the edge, to the gateway `depot` at 192.0.2.3 and 2001:db8:1::3.
    enum class Depot : std::uint8_t { absent, present } depot = Depot::absent;
};

std::string edge_yaml(const GatewayShape& shape);
std::string hub_yaml(const GatewayShape& shape);
/// The far end of the edge's second tunnel.
std::string depot_yaml(const GatewayShape& shape);

/// Addresses of path `path` as text, for frames made by hand.
std::string edge_address(const GatewayShape& shape, unsigned path);
std::string hub_address(const GatewayShape& shape, unsigned path);

}  // namespace ropewalk::tests::pipeline
