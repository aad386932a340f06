#include "config/schema/diff.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/unit/sample_gateway.hpp"

namespace ropewalk::config::schema {
namespace {

using Effect = Change::Effect;

std::string line_of(const Change& change) {
    return (change.effect == Effect::hot ? "hot " : "restart ") + change.key + ": " + change.before + " -> " +
           change.after;
}

template <class Member>
Member named(const char* name) {
    Member member;
    member.name = name;
    return member;
}

struct Row {
    void (*change)(Gateway&);
    std::string line;
};

void PrintTo(const Row& row, std::ostream* out) {
    *out << row.line;
}

class OneChange : public ::testing::TestWithParam<Row> {};

TEST_P(OneChange, is_named_with_its_effect) {
    const Gateway before = tests::unit::sample_gateway();
    Gateway after = before;
    GetParam().change(after);
    const std::vector<Change> changes = diff(before, after);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(line_of(changes[0]), GetParam().line);
}

const Row restart_rows[] = {
    {[](Gateway& g) { g.name = "other"; }, "restart gateway.name: edge -> other"},
    {[](Gateway& g) { g.state_dir = "/srv"; }, "restart gateway.state_dir: /var/lib/ropewalk -> /srv"},
    {[](Gateway& g) { g.dataplane.workers = 2; }, "restart dataplane.workers: 1 -> 2"},
    {[](Gateway& g) { g.dataplane.worker_cpus = {}; }, "restart dataplane.worker_cpus: 1 -> none"},
    {[](Gateway& g) { g.dataplane.memory = Bytes{1 << 30}; }, "restart dataplane.memory: 128MiB -> 1GiB"},
    {[](Gateway& g) { g.dataplane.hugepages = Hugepages::off; }, "restart dataplane.hugepages: auto -> off"},
    {[](Gateway& g) { g.dataplane.idle = IdleMode::spin; }, "restart dataplane.idle: adaptive -> spin"},
    {[](Gateway& g) { g.dataplane.eal_args.pop_back(); },
     "restart dataplane.eal_args: --log-level=7, --vdev=x -> --log-level=7"},
    {[](Gateway& g) { g.ports.pop_back(); }, "restart ports.wan2: present -> absent"},
    {[](Gateway& g) { g.ports.push_back({.name = "wan3", .driver = PortDriver::pci, .device = "0000:01:00.0"}); },
     "restart ports.wan3: absent -> present"},
    {[](Gateway& g) { g.ports.push_back({.name = "wan3", .device = "eth3", .mtu = Bytes{9000}}); },
     "restart ports.wan3: absent -> present"},
    {[](Gateway& g) { g.ports[0].driver = PortDriver::af_xdp; }, "restart ports.wan1.driver: af_packet -> af_xdp"},
    {[](Gateway& g) { g.ports[0].device = "eth9"; }, "restart ports.wan1.device: eth1 -> eth9"},
    {[](Gateway& g) {
         g.ports[0].queues = {0, 1};
     },
     "restart ports.wan1.queues: one a worker -> 0, 1"},
    {[](Gateway& g) { g.ports[0].spread = Spread::never; }, "restart ports.wan1.spread: auto -> never"},
    {[](Gateway& g) { g.ports[0].joined = Joined::off; }, "restart ports.wan1.joined: auto -> off"},
    {[](Gateway& g) { g.ports[0].mtu = Bytes{1400}; }, "restart ports.wan1.mtu: 1500B -> 1400B"},
    {[](Gateway& g) { g.ports[1].memif_role = MemifRole::client; }, "restart ports.wan2.role: server -> client"},
    {[](Gateway& g) { g.ports[1].mac = parse_mac_address("02:00:00:00:00:09"); },
     "restart ports.wan2.mac: random -> 02:00:00:00:00:09"},
    {[](Gateway& g) { g.inside.interface = "rw1"; }, "restart inside.interface: rw0 -> rw1"},
    {[](Gateway& g) { g.inside.port = "wan2"; }, "restart inside.port: none -> wan2"},
    {[](Gateway& g) { g.inside.next_hop = parse_mac_address("02:00:00:00:00:01"); },
     "restart inside.next_hop: none -> 02:00:00:00:00:01"},
};

const Row hot_rows[] = {
    {[](Gateway& g) { g.inside.addresses.push_back(parse_prefix("192.0.2.7/24").value()); },
     "hot inside.addresses: 192.0.2.1/24 -> 192.0.2.1/24, 192.0.2.7/24"},
    {[](Gateway& g) { g.inside.mtu = Bytes{1400}; }, "hot inside.mtu: auto -> 1400B"},
    {[](Gateway& g) { g.metrics.listen = parse_endpoint("127.0.0.1:9469"); },
     "hot metrics.listen: none -> 127.0.0.1:9469"},
    {[](Gateway& g) {
         g.events.hook = {"/bin/told", "-v"};
     },
     "hot events.hook: none -> /bin/told, -v"},
    {[](Gateway& g) { g.ports.erase(g.ports.begin()); }, "hot ports.wan1: present -> absent"},
    {[](Gateway& g) { g.ports.push_back(named<Port>("wan3")); }, "hot ports.wan3: absent -> present"},
    {[](Gateway& g) { std::swap(g.ports[0], g.ports[1]); }, "hot ports: wan1, wan2 -> wan2, wan1"},
    {[](Gateway& g) { g.tunnels.pop_back(); }, "hot tunnels.depot: present -> absent"},
    {[](Gateway& g) { g.tunnels.push_back(named<Tunnel>("third")); }, "hot tunnels.third: absent -> present"},
    {[](Gateway& g) { std::swap(g.tunnels[0], g.tunnels[1]); }, "hot tunnels: hub, depot -> depot, hub"},
    {[](Gateway& g) { g.tunnels[0].peer = "hub2"; }, "hot tunnels.hub.peer: hub -> hub2"},
    {[](Gateway& g) { g.tunnels[0].key_file = "new.key"; }, "hot tunnels.hub.key_file: hub.key -> new.key"},
    {[](Gateway& g) { g.tunnels[0].cipher = Cipher::aes_128_gcm; },
     "hot tunnels.hub.cipher: aes-256-gcm -> aes-128-gcm"},
    {[](Gateway& g) { g.tunnels[0].wire = Wire::esp; }, "hot tunnels.hub.wire: ropewalk -> esp"},
    {[](Gateway& g) { g.tunnels[0].shards = 4; }, "hot tunnels.hub.shards: 1 -> 4"},
    {[](Gateway& g) { g.tunnels[0].prefixes.pop_back(); },
     "hot tunnels.hub.prefixes: 198.51.100.0/24, 2001:db8:1::/48 -> 198.51.100.0/24"},
    {[](Gateway& g) { g.tunnels[0].window_packets = 65536; }, "restart tunnels.hub.window: auto -> 65536"},
    {[](Gateway& g) { g.tunnels[0].max_skew = std::chrono::seconds(1); }, "restart tunnels.hub.max_skew: 500ms -> 1s"},
    {[](Gateway& g) { g.tunnels[0].probe_interval = std::chrono::milliseconds(10); },
     "hot tunnels.hub.probe_interval: 50ms -> 10ms"},
    {[](Gateway& g) { g.tunnels[0].lossy_above = 20; }, "hot tunnels.hub.lossy_above: 15 -> 20"},
    {[](Gateway& g) { g.tunnels[0].slow_above = std::chrono::seconds(1); }, "hot tunnels.hub.slow_above: 200ms -> 1s"},
    {[](Gateway& g) { g.tunnels[0].paths.pop_back(); }, "hot tunnels.hub.paths.dsl: present -> absent"},
    {[](Gateway& g) { g.tunnels[0].paths.push_back(named<Path>("new")); },
     "hot tunnels.hub.paths.new: absent -> present"},
    {[](Gateway& g) { std::swap(g.tunnels[0].paths[0], g.tunnels[0].paths[1]); },
     "hot tunnels.hub.paths: fibre, lte, dsl -> lte, fibre, dsl"},
    {[](Gateway& g) { g.tunnels[0].paths[0].id = 5; }, "hot tunnels.hub.paths.fibre.id: 1 -> 5"},
    {[](Gateway& g) { g.tunnels[0].paths[0].port = "wan2"; }, "hot tunnels.hub.paths.fibre.port: wan1 -> wan2"},
    {[](Gateway& g) { g.tunnels[0].paths[0].local.udp_port = 1; },
     "hot tunnels.hub.paths.fibre.local: 203.0.113.9:4500 -> 203.0.113.9:1"},
    {[](Gateway& g) { g.tunnels[0].paths[0].peer.udp_port = 1; },
     "hot tunnels.hub.paths.fibre.peer: 198.51.100.10:4500 -> 198.51.100.10:1"},
    {[](Gateway& g) { g.tunnels[0].paths[0].mtu = Bytes{1400}; },
     "hot tunnels.hub.paths.fibre.mtu: the port's -> 1400B"},
    {[](Gateway& g) { g.tunnels[0].paths[0].mtu_probing = MtuProbing::off; },
     "hot tunnels.hub.paths.fibre.mtu_probing: auto -> off"},
    {[](Gateway& g) { g.tunnels[0].paths[0].metered = Metered::yes; },
     "hot tunnels.hub.paths.fibre.metered: false -> true"},
    {[](Gateway& g) { g.tunnels[0].paths[0].rate.reset(); }, "hot tunnels.hub.paths.fibre.rate: 80mbit -> unknown"},
    {[](Gateway& g) { g.tunnels[0].paths[2].next_hop.reset(); },
     "hot tunnels.hub.paths.dsl.next_hop: 02:00:00:00:00:09 -> from the kernel"},
    {[](Gateway& g) { g.tunnels[0].paths[0].dscp = 0; }, "hot tunnels.hub.paths.fibre.dscp: copy -> 0"},
    {[](Gateway& g) { g.tunnels[0].paths[0].udp_checksum = UdpChecksum::computed; },
     "hot tunnels.hub.paths.fibre.udp_checksum: zero -> computed"},
    {[](Gateway& g) { g.tunnels[0].classes.pop_back(); }, "hot tunnels.hub.classes.rest: present -> absent"},
    {[](Gateway& g) { g.tunnels[0].classes.push_back(named<TrafficClass>("new")); },
     "hot tunnels.hub.classes.new: absent -> present"},
    {[](Gateway& g) { std::swap(g.tunnels[0].classes[0], g.tunnels[0].classes[1]); },
     "hot tunnels.hub.classes: voice, rest -> rest, voice"},
    {[](Gateway& g) { g.tunnels[0].classes[0].match.dscp.clear(); },
     "hot tunnels.hub.classes.voice.match.dscp: 46, 34 -> any"},
    {[](Gateway& g) { g.tunnels[0].classes[0].match.protocol = 6; },
     "hot tunnels.hub.classes.voice.match.protocol: 17 -> 6"},
    {[](Gateway& g) { g.tunnels[0].classes[0].match.source.reset(); },
     "hot tunnels.hub.classes.voice.match.source: 192.0.2.0/24 -> any"},
    {[](Gateway& g) { g.tunnels[0].classes[0].match.destination.reset(); },
     "hot tunnels.hub.classes.voice.match.destination: 198.51.100.128/25 -> any"},
    {[](Gateway& g) { g.tunnels[0].classes[0].match.source_port.reset(); },
     "hot tunnels.hub.classes.voice.match.source_port: 5060-5060 -> any"},
    {[](Gateway& g) { g.tunnels[0].classes[0].match.destination_port->last = 5080; },
     "hot tunnels.hub.classes.voice.match.destination_port: 5060-5070 -> 5060-5080"},
    {[](Gateway& g) { g.tunnels[0].classes[0].match.max_size.reset(); },
     "hot tunnels.hub.classes.voice.match.max_size: 256B -> any"},
    {[](Gateway& g) { g.tunnels[0].classes[0].copies = 0; }, "hot tunnels.hub.classes.voice.copies: 2 -> all, or 1"},
    {[](Gateway& g) { g.tunnels[0].classes[0].paths.clear(); },
     "hot tunnels.hub.classes.voice.paths: fibre, dsl -> all"},
};

INSTANTIATE_TEST_SUITE_P(Restart, OneChange, ::testing::ValuesIn(restart_rows));
INSTANTIATE_TEST_SUITE_P(Hot, OneChange, ::testing::ValuesIn(hot_rows));

TEST(HeldBack, lets_kernel_interfaces_come_and_go_and_keeps_the_other_ports) {
    const Gateway running = tests::unit::sample_gateway();
    Gateway loaded = running;
    loaded.ports = {{.name = "wan3", .device = "eth3"},
                    {.name = "wan4", .driver = PortDriver::pci, .device = "0000:01:00.0"}};
    const Gateway effective = held_back(running, loaded);
    ASSERT_EQ(effective.ports.size(), 2U);
    EXPECT_EQ(effective.ports[0], loaded.ports[0]);
    EXPECT_EQ(effective.ports[1], running.ports[1]) << "a memif port stays until the restart";
}

TEST(HeldBack, gives_ports_that_stay_back_what_needs_a_restart) {
    const Gateway running = tests::unit::sample_gateway();
    Gateway loaded = running;
    std::swap(loaded.ports[0], loaded.ports[1]);
    loaded.ports[1].device = "eth9";
    const Gateway effective = held_back(running, loaded);
    EXPECT_EQ(effective.ports, (std::vector{running.ports[1], running.ports[0]}));
}

TEST(Diff, of_equals_is_empty) {
    EXPECT_TRUE(diff(tests::unit::sample_gateway(), tests::unit::sample_gateway()).empty());
}

TEST(Diff, of_all_changes_at_once_has_them_all_in_the_order_of_the_file) {
    const Gateway before = tests::unit::sample_gateway();
    Gateway after = before;
    after.tunnels[0].paths[1].id = 77;
    after.tunnels[1].peer = "elsewhere";
    after.dataplane.idle = IdleMode::spin;
    after.tunnels.push_back(named<Tunnel>("third"));
    std::vector<std::string> keys;
    for (const Change& change : diff(before, after)) keys.push_back(change.key);
    EXPECT_EQ(keys, (std::vector<std::string>{"dataplane.idle", "tunnels.hub.paths.lte.id", "tunnels.depot.peer",
                                              "tunnels.third"}));
}

}  // namespace
}  // namespace ropewalk::config::schema
