#include "tests/unit/sample_gateway.hpp"

#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "config/snapshot/slots.hpp"

namespace ropewalk::tests::unit {
namespace {

using namespace config;
using namespace config::schema;

Path path(const std::string& name, std::uint8_t id, const std::string& port, const std::string& local,
          const std::string& peer) {
    Path result;
    result.name = name;
    result.id = id;
    result.port = port;
    result.local = parse_endpoint(local).value();
    result.peer = parse_endpoint(peer).value();
    result.udp_checksum = result.peer.address.family == Family::ipv6 ? UdpChecksum::computed : UdpChecksum::zero;
    return result;
}

std::vector<TrafficClass> sample_classes() {
    TrafficClass voice;
    voice.name = "voice";
    voice.match.dscp = {46, 34};
    voice.match.protocol = 17;
    voice.match.source = parse_prefix("192.0.2.0/24");
    voice.match.destination = parse_prefix("198.51.100.128/25");
    voice.match.source_port = PortRange{5060, 5060};
    voice.match.destination_port = PortRange{5060, 5070};
    voice.match.max_size = Bytes{256};
    voice.copies = 2;
    voice.paths = {"fibre", "dsl"};
    TrafficClass rest;
    rest.name = "rest";
    return {voice, rest};
}

}  // namespace

Gateway sample_gateway() {
    Gateway gateway;
    gateway.name = "edge";
    gateway.dataplane.worker_cpus = {1};
    gateway.dataplane.eal_args = {"--log-level=7", "--vdev=x"};
    gateway.inside.addresses = {parse_prefix("192.0.2.1/24").value()};
    gateway.ports = {{.name = "wan1", .driver = PortDriver::af_packet, .device = "eth1", .mtu = {1500}},
                     {.name = "wan2",
                      .driver = PortDriver::memif,
                      .device = "/run/memif.sock",
                      .mtu = {1600},
                      .memif_role = MemifRole::server}};
    Tunnel hub;
    hub.name = "hub";
    hub.peer = "hub";
    hub.key_file = "hub.key";
    hub.prefixes = {parse_prefix("198.51.100.0/24").value(), parse_prefix("2001:db8:1::/48").value()};
    hub.paths = {path("fibre", 1, "wan1", "203.0.113.9:4500", "198.51.100.10:4500"),
                 path("lte", 2, "wan2", "203.0.113.9:4501", "198.51.100.10:4501"),
                 path("dsl", 9, "wan2", "203.0.113.9:4502", "198.51.100.10:4502")};
    hub.paths[0].rate = BitsPerSecond{80'000'000};
    hub.paths[1].mtu = Bytes{1400};
    hub.paths[2].next_hop = parse_mac_address("02:00:00:00:00:09");
    hub.classes = sample_classes();
    Tunnel depot;
    depot.name = "depot";
    depot.peer = "far-depot";
    depot.key_file = "depot.key";
    depot.cipher = Cipher::aes_128_gcm;
    depot.wire = Wire::esp;
    depot.prefixes = {parse_prefix("198.51.100.64/26").value()};
    depot.window_packets = 1 << 17;
    depot.paths = {path("only", 1, "wan1", "[2001:db8::1]:4500", "[2001:db8::2]:4500")};
    gateway.tunnels = {hub, depot};
    return gateway;
}

Gateway behind_a_port(Gateway gateway) {
    gateway.ports.push_back({.name = "lan",
                             .driver = PortDriver::memif,
                             .device = "/run/lan.sock",
                             .mtu = {1300},
                             .mac = parse_mac_address("02:00:00:00:00:09")});
    gateway.inside.interface.clear();
    gateway.inside.addresses.clear();
    gateway.inside.port = "lan";
    gateway.inside.next_hop = parse_mac_address("02:00:00:00:00:01");
    return gateway;
}

Gateway hub_with(unsigned tunnels) {
    Gateway gateway;
    gateway.name = "hub";
    for (unsigned i = 0; i < 4; ++i) {
        gateway.ports.push_back({.name = fmt::format("wan{}", i), .device = fmt::format("eth{}", i)});
    }
    for (unsigned i = 0; i < tunnels; ++i) {
        Tunnel tunnel;
        tunnel.name = fmt::format("site{}", i);
        tunnel.peer = tunnel.name;
        tunnel.key_file = tunnel.name + ".key";
        tunnel.prefixes = {parse_prefix(fmt::format("198.18.{}.{}/31", i / 128, i % 128 * 2)).value(),
                           parse_prefix(fmt::format("2001:db8:{:x}::/64", i)).value()};
        for (unsigned p = 0; p < 4; ++p) {
            tunnel.paths.push_back(path(fmt::format("path{}", p), static_cast<std::uint8_t>(p + 1),
                                        gateway.ports[p].name, fmt::format("203.0.113.{}:4500", p + 1),
                                        fmt::format("198.51.100.{}:{}", p + 1, 10000 + i)));
        }
        gateway.tunnels.push_back(std::move(tunnel));
    }
    return gateway;
}

config::snapshot::Resolved resolved_for(const Gateway& gateway) {
    config::snapshot::Resolved resolved;
    std::uint8_t salt = 1;
    std::uint32_t number = 0x1000;
    for (const Tunnel& tunnel : gateway.tunnels) {
        config::snapshot::TunnelKeys& keys = resolved.keys[tunnel.name];
        keys.tx_key_id = 0xabc000000000 + number;
        keys.rx_key_id = 0xdef000000000 + number;
        keys.tx_spi = number;
        keys.rx_spi = ++number;
        keys.tx_key.fill(salt);
        keys.rx_key.fill(static_cast<std::uint8_t>(salt + 1));
        keys.tx_salt.fill(salt);
        keys.rx_salt.fill(salt);
        salt = static_cast<std::uint8_t>(salt % 250 + 1);
        ++number;
    }
    if (!config::snapshot::assign_slots(gateway, resolved)) throw std::runtime_error("no slots left");
    return resolved;
}

}  // namespace ropewalk::tests::unit
