#include "config/schema/read.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace ropewalk::config::schema {
namespace {

/// A valid file; each case below replaces some of its text.
constexpr const char* valid = R"(gateway: { name: edge }
dataplane:
  workers: 1
  idle: spin
ports:
  wan1: { driver: af_packet, interface: eth1 }
  wan2: { driver: "null", mtu: 1600B }
inside:
  addresses: [192.0.2.1/24]
tunnels:
  hub:
    key_file: edge-hub.key
    cipher: aes-128-gcm
    prefixes: [192.0.2.2/32]
    window: 65536
    max_skew: 200ms
    paths:
      fibre: { port: wan1, local: "203.0.113.9:4500", peer: "198.51.100.10:4500", rate: 80mbit }
      lte: { port: wan2, local: "203.0.113.9:4501", peer: "198.51.100.10:4501" }
    classes:
      voice: { match: { dscp: [46], protocol: udp }, copies: 1, paths: [fibre, lte] }
      rest: { mode: duplicate }
)";

std::string replaced(std::string from, std::string to) {
    std::string text = valid;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

/// Both paths lose their addresses; what the narrow one would also be told needs them.
std::string without_endpoints() {
    std::string text =
        replaced(", local: \"203.0.113.9:4500\", peer: \"198.51.100.10:4500\", rate: 80mbit", ", mtu: 100B");
    const std::string second = ", local: \"203.0.113.9:4501\", peer: \"198.51.100.10:4501\"";
    return text.erase(text.find(second), second.size());
}

/// The users behind a port of their own, on line 8; `inside` is what stands below `inside:` on line 9.
std::string with_inside(const std::string& inside, const std::string& lan = "memif, socket: /run/lan.sock") {
    std::string text = replaced("inside:\n  addresses: [192.0.2.1/24]\n", "inside:\n" + inside);
    return text.insert(text.find("inside:"), "  lan: { driver: " + lan + " }\n");
}
constexpr const char* behind_lan = "  port: lan\n  next_hop: \"02:00:00:00:00:01\"\n";

struct Expected {
    int line;
    const char* key;
    const char* text;  ///< part of "found ...; allowed: ..."
};

struct Case {
    const char* name;
    std::string text;
    std::vector<Expected> problems;
};

void PrintTo(const Case& one, std::ostream* out) {
    *out << one.name;
}

class BadYaml : public ::testing::TestWithParam<Case> {};

TEST_P(BadYaml, is_reported_with_line_key_and_what_is_allowed) {
    const auto result = read_gateway_text(GetParam().text, "edge.yaml");
    ASSERT_FALSE(result);
    std::string all;
    for (const Problem& problem : result.error()) all += to_string(problem) + "\n";
    ASSERT_EQ(result.error().size(), GetParam().problems.size()) << all;
    for (std::size_t i = 0; i < result.error().size(); ++i) {
        const Problem& problem = result.error()[i];
        const Expected& expected = GetParam().problems[i];
        EXPECT_EQ(problem.file, "edge.yaml");
        EXPECT_EQ(problem.line, expected.line) << all;
        EXPECT_EQ(problem.key, expected.key) << all;
        EXPECT_NE(to_string(problem).find(expected.text), std::string::npos) << expected.text << "\n" << all;
        EXPECT_FALSE(problem.allowed.empty()) << all;
    }
}

std::string many(const char* format, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += fmt::format(fmt::runtime(format), fmt::arg("i", i));
    return text;
}

const Case file_cases[] = {
    {"empty", "", {{0, "", "found an empty file; allowed: a configuration with gateway, ports and tunnels"}}},
    {"only comments", "# nothing\n\n", {{0, "", "found an empty file"}}},
    {"nul bytes", std::string("gateway:\n\0", 10), {{2, "", "found binary data; allowed: a text file in UTF-8"}}},
    {"invalid utf-8", "gateway: \xff\xfe\n", {{1, "", "found binary data"}}},
    {"overlong utf-8", "a\n\xc0\xaf\n", {{2, "", "found binary data"}}},
    {"cut utf-8", "gateway: \xe2\x82", {{1, "", "found binary data"}}},
    {"bytes beyond unicode", "a: \xf5\x80\x80\x80\n", {{1, "", "found binary data"}}},
    {"a continuation alone", "a: \x80\n", {{1, "", "found binary data"}}},
    {"surrogate", "\xed\xa0\x80", {{1, "", "found binary data"}}},
    {"huge", std::string((4 << 20) + 1, '#'), {{0, "", "found 4194305 bytes; allowed: 4 MiB at most"}}},
    {"syntax", "gateway: { name: edge\nports: {}\n", {{2, "", "found text that is not YAML"}}},
    {"tab", "gateway:\n\tname: edge\n", {{2, "", "found text that is not YAML"}}},
    {"two documents", std::string(valid) + "---\ngateway: { name: x }\n", {{24, "", "found a second document"}}},
    {"a list", "- gateway\n", {{0, "", "found a list; allowed: a map with the keys gateway, dataplane"}}},
    {"a word", "hello", {{0, "", "found 'hello'; allowed: a map with the keys"}}},
    {"deep nesting", std::string(1000, '['), {{1, "", "found more than 32 levels of nesting"}}},
    {"an alias",
     replaced("lte: { port: wan2, local: \"203.0.113.9:4501\", peer: \"198.51.100.10:4501\" }", "lte: *fibre")
         .replace(0, 0, "x: &fibre {}\n"),
     {{1, "x", "found an unknown key"}, {20, "tunnels.hub.paths.lte", "found an alias; allowed: a map with the keys"}}},
    {"an alias without anchor", replaced("window: 65536", "window: *none"), {{15, "", "found text that is not YAML"}}},
    {"a tag", replaced("65536", "!!int 65536"), {{15, "tunnels.hub.window", "found a value with a tag"}}},
    {"nothing but a name",
     "gateway: { name: edge }\n",
     {{0, "ports", "found nothing; allowed: at least one port"},
      {0, "tunnels", "found nothing; allowed: a map from names to tunnels, {} for none"}}},
    {"empty sections",
     "gateway:\nports:\ntunnels:\n",
     {{1, "gateway", "found nothing"}, {2, "ports", "found nothing"}, {3, "tunnels", "found nothing"}}},
};

const Case kind_cases[] = {
    {"unknown key",
     replaced("key_file:", "per: hub\n    key_file:"),
     {{12, "tunnels.hub.per", "found an unknown key; allowed: did you mean 'peer'? the keys here are peer, key_file"}}},
    {"unknown key without hint",
     replaced("key_file:", "horse: hub\n    key_file:"),
     {{12, "tunnels.hub.horse", "found an unknown key; allowed: the keys here are peer"}}},
    {"unknown section", replaced("inside:", "insides:"), {{8, "insides", "did you mean 'inside'?"}}},
    {"unknown class key",
     replaced("{ mode: duplicate }", "{ modes: x }"),
     {{22, "tunnels.hub.classes.rest.modes", "did you mean 'mode'?"}}},
    {"unknown match key",
     replaced("dscp: [46]", "dcsp: [46]"),
     {{21, "tunnels.hub.classes.voice.match.dcsp", "did you mean 'dscp'?"}}},
    {"unknown path key",
     replaced("rate: 80mbit", "rates: 80mbit"),
     {{18, "tunnels.hub.paths.fibre.rates", "did you mean 'rate'?"}}},
    {"duplicate key",
     replaced("idle: spin", "idle: spin\n  workers: 1"),
     {{5, "dataplane.workers", "found a second time, first on line 3; allowed: once"}}},
    {"duplicate section", std::string(valid) + "ports: {}\n", {{23, "ports", "found a second time, first on line 5"}}},
    {"duplicate tunnel",
     std::string(valid) + "  hub: {}\n",
     {{23, "tunnels.hub", "found a second time, first on line 11"}}},
    {"duplicate class",
     replaced("rest:", "voice:"),
     {{22, "tunnels.hub.classes.voice", "found a second time, first on line 21"}}},
    {"duplicate path",
     replaced("lte:", "fibre:"),
     {{19, "tunnels.hub.paths.fibre", "found a second time, first on line 18"},
      {21, "tunnels.hub.classes.voice.paths[1]", "found 'lte', which is not among the tunnel's paths"}}},
    {"list as key", replaced("  workers: 1", "  [a]: 1"), {{3, "dataplane", "found a list as a key"}}},
    {"scalar for map",
     replaced("{ name: edge }", "edge"),
     {{1, "gateway", "found 'edge'; allowed: a map with the keys name"}}},
    {"list for map",
     replaced("{ mode: duplicate }", "[duplicate]"),
     {{22, "tunnels.hub.classes.rest", "found a list; allowed: a map with the keys match"}}},
    {"list for members",
     replaced("tunnels:\n", "tunnels: [hub]\nx:\n"),
     {{10, "tunnels", "found a list; allowed: a map from names to tunnels"}, {11, "x", "found an unknown key"}}},
    {"scalar for members",
     replaced("{ driver: \"null\", mtu: 1600B }", "eth2"),
     {{7, "ports.wan2", "found 'eth2'; allowed: a map with the keys driver"}}},
    {"scalar for list",
     replaced("[192.0.2.1/24]", "192.0.2.1/24"),
     {{9, "inside.addresses", "found '192.0.2.1/24'; allowed: a list of an address"}}},
    {"map for scalar",
     replaced("edge-hub.key", "{ a: b }"),
     {{12, "tunnels.hub.key_file", "found a map; allowed: the path"}}},
    {"list in list",
     replaced("[192.0.2.1/24]", "[[192.0.2.1/24]]"),
     {{9, "inside.addresses[0]", "found a list; allowed: an address"}}},
    {"escape in a value",
     replaced("cipher: aes-128-gcm", "cipher: \"\\e[31mred\""),
     {{13, "tunnels.hub.cipher", "found '\\x1b[31mred'; allowed: aes-256-gcm, aes-128-gcm"}}},
    {"a very long value",
     replaced("cipher: aes-128-gcm", "cipher: " + std::string(5000, 'x')),
     {{13, "tunnels.hub.cipher", "xxx...'; allowed: aes-256-gcm"}}},
    {"several at once",
     replaced("workers: 1\n  idle: spin", "workers: one\n  idle: lazy\n  memory: 128"),
     {{3, "dataplane.workers", "found 'one'"},
      {4, "dataplane.idle", "found 'lazy'; allowed: adaptive, spin"},
      {5, "dataplane.memory", "found '128'; allowed: a size such as 128MiB"}}},
};

const Case gateway_cases[] = {
    {"no name", replaced("{ name: edge }", "{}"), {{1, "gateway.name", "found nothing; allowed: a name: 1 to 31"}}},
    {"a name with a slash",
     replaced("name: edge", "name: ../edge"),
     {{1, "gateway.name", "found '../edge'; allowed: 1 to 31"}}},
    {"a capital", replaced("name: edge", "name: Edge"), {{1, "gateway.name", "found 'Edge'"}}},
    {"32 characters", replaced("name: edge", "name: " + std::string(32, 'e')), {{1, "gateway.name", "found 'eee"}}},
    {"leading dash", replaced("name: edge", "name: -edge"), {{1, "gateway.name", "found '-edge'"}}},
    {"relative state_dir",
     replaced("name: edge", "name: edge, state_dir: lib"),
     {{1, "gateway.state_dir", "found 'lib'; allowed: an absolute path of up to 127"}}},
    {"more workers than there can be",
     replaced("workers: 1", "workers: 17"),
     {{3, "dataplane.workers", "found '17'; allowed: 1 to 16"}}},
    {"no workers", replaced("workers: 1", "workers: 0"), {{3, "dataplane.workers", "found '0'; allowed: 1 to 16"}}},
    {"a queue without a worker",
     replaced("mtu: 1600B", "queues: [0, 1]"),
     {{7, "ports.wan2.queues[1]",
       "found worker 1, so that queue 1 would have no worker; allowed: 0 (dataplane.workers is 1)"}}},
    {"an impossible worker",
     replaced("mtu: 1600B", "queues: [16]"),
     {{7, "ports.wan2.queues[0]", "found '16'; allowed: the number of the worker that polls this receive queue"}}},
    {"an unknown spread",
     replaced("mtu: 1600B", "spread: yes"),
     {{7, "ports.wan2.spread", "found 'yes'; allowed: auto, never"}}},
    {"too many cpus",
     replaced("workers: 1", "workers: 1\n  worker_cpus: [0, 1]"),
     {{4, "dataplane.worker_cpus", "found 2 CPUs for 1 workers"}}},
    {"impossible cpu",
     replaced("workers: 1", "workers: 1\n  worker_cpus: [1024]"),
     {{4, "dataplane.worker_cpus[0]", "found '1024'; allowed: a CPU number from 0 to 1023"}}},
    {"a cpu twice",
     replaced("workers: 1", "workers: 1\n  worker_cpus: [1, 1]"),
     {{4, "dataplane.worker_cpus", "found 2 CPUs"}, {4, "dataplane.worker_cpus[1]", "found CPU 1 a second time"}}},
    {"too little memory",
     replaced("workers: 1", "memory: 31MiB"),
     {{3, "dataplane.memory", "found '31MiB'; allowed: 32MiB to 1024GiB"}}},
    {"hugepages",
     replaced("workers: 1", "hugepages: yes"),
     {{3, "dataplane.hugepages", "found 'yes'; allowed: auto, off, required"}}},
    {"long eal_args",
     replaced("workers: 1", "eal_args: [" + std::string(300, 'a') + ", " + std::string(300, 'b') + "]"),
     {{3, "dataplane.eal_args", "found 601 characters; allowed: 511 characters at most"}}},
    {"no ports",
     replaced("ports:\n  wan1: { driver: af_packet, interface: eth1 }\n  wan2: { driver: \"null\", mtu: 1600B }",
              "ports: {}"),
     {{5, "ports", "found no members; allowed: at least one port"},
      {16, "tunnels.hub.paths.fibre.port", "found 'wan1', which is not among the ports"},
      {17, "tunnels.hub.paths.lte.port", "found 'wan2', which is not among the ports"}}},
    {"no driver",
     replaced("driver: af_packet, ", ""),
     {{6, "ports.wan1.driver", "found nothing; allowed: pci, af_packet, af_xdp, tap, memif, null"}}},
    {"unknown driver",
     replaced("driver: af_packet", "driver: afpacket"),
     {{6, "ports.wan1.driver", "found 'afpacket'; allowed: did you mean 'af_packet'? pci, af_packet"}}},
    {"no interface",
     replaced(", interface: eth1", ""),
     {{6, "ports.wan1.interface", "found nothing; allowed: the name of a kernel"}}},
    {"long interface",
     replaced("interface: eth1", "interface: sixteen-letters-"),
     {{6, "ports.wan1.interface", "found 'sixteen-letters-'; allowed: the name of a kernel interface, up to 15"}}},
    {"a key of another driver",
     replaced("interface: eth1", "interface: eth1, socket: /s"),
     {{6, "ports.wan1.socket",
       "found an unknown key; allowed: the keys here are driver, mtu, queues, spread, interface"}}},
    {"pci address",
     replaced("af_packet, interface: eth1", "pci, device: eth1"),
     {{6, "ports.wan1.device", "found 'eth1'; allowed: the PCI address"}}},
    {"memif without socket",
     replaced("af_packet, interface: eth1", "memif, role: boss"),
     {{6, "ports.wan1.socket", "found nothing; allowed: the absolute path"},
      {6, "ports.wan1.role", "found 'boss'; allowed: client, server"}}},
    {"one NIC in two ports",
     replaced("af_packet, interface: eth1", "pci, device: \"05:00.0\"")
         .replace(replaced("af_packet, interface: eth1", "pci, device: \"05:00.0\"").find("driver: \"null\""), 14,
                  "driver: pci, device: \"0000:05:00.0\""),
     {{7, "ports.wan2.device", "found '0000:05:00.0' a second time, first on line 6 (ports.wan1.device)"}}},
    {"one socket in two ports",
     replaced("af_packet, interface: eth1", "memif, socket: /s")
         .replace(replaced("af_packet, interface: eth1", "memif, socket: /s").find("driver: \"null\""), 14,
                  "driver: memif, socket: /s"),
     {{7, "ports.wan2.socket", "found '/s' a second time, first on line 6 (ports.wan1.socket)"}}},
    {"one interface in two ports",
     replaced("driver: \"null\"", "driver: af_xdp, interface: eth1"),
     {{7, "ports.wan2.interface", "found 'eth1' a second time, first on line 6 (ports.wan1.interface)"}}},
    {"port mtu", replaced("1600B", "575B"), {{7, "ports.wan2.mtu", "found '575B'; allowed: 576B to 9216B"}}},
    {"port name",
     replaced("  wan2:", "  WAN2:").replace(replaced("  wan2:", "  WAN2:").find("port: wan2"), 10, "port: WAN2"),
     {{7, "ports.WAN2", "found 'WAN2' as a name; allowed: 1 to 31"}}},
    {"too many ports",
     replaced("  wan2:", many("  p{i}: {{ driver: \"null\" }}\n", 15) + "  wan2:"),
     {{5, "ports", "found 17 ports; allowed: 16 at most"}}},
    {"inside interface is a port's",
     replaced("inside:", "inside:\n  interface: eth1"),
     {{9, "inside.interface", "found eth1, the interface of port wan1"}}},
    {"inside interface name",
     replaced("inside:", "inside:\n  interface: a/b"),
     {{9, "inside.interface", "found 'a/b'"}}},
    {"inside address",
     replaced("192.0.2.1/24", "192.0.2.1"),
     {{9, "inside.addresses[0]", "found '192.0.2.1'; allowed: an address with its"}}},
    {"inside multicast",
     replaced("192.0.2.1/24", "224.0.0.1/24, 192.0.2.1/24, 192.0.2.1/16"),
     {{9, "inside.addresses[0]", "found 224.0.0.1, a multicast"},
      {9, "inside.addresses[2]", "found 192.0.2.1 a second time"}}},
    {"inside mtu",
     replaced("inside:", "inside:\n  mtu: 575B"),
     {{9, "inside.mtu", "found '575B'; allowed: 576B to 9216B"}}},
    {"inside mtu with IPv6",
     replaced("[192.0.2.1/24]", "[\"2001:db8::1/64\"]\n  mtu: 1279B"),
     {{10, "inside.mtu", "found '1279B'; allowed: 1280B to 9216B, as IPv6 runs inside"}}},
    {"inside mtu without unit",
     replaced("inside:", "inside:\n  mtu: 1400"),
     {{9, "inside.mtu", "found '1400'; allowed: auto, or a size such as 1400B"}}},
    {"inside port and interface",
     with_inside(std::string(behind_lan) + "  interface: rw0\n"),
     {{12, "inside.interface", "found an interface beside inside.port; allowed: one of the two"}}},
    {"inside port and addresses",
     with_inside(std::string(behind_lan) + "  addresses: [192.0.2.1/24]\n"),
     {{12, "inside.addresses", "found addresses beside inside.port; allowed: none"}}},
    {"inside port without a router",
     with_inside("  port: lan\n"),
     {{9, "inside.next_hop", "found nothing; allowed: with inside.port: the Ethernet address of the users' router"}}},
    {"inside router without a port",
     with_inside("  next_hop: \"02:00:00:00:00:01\"\n"),
     {{10, "inside.next_hop", "found an Ethernet address without inside.port; allowed: only with inside.port"}}},
    {"inside router",
     with_inside("  port: lan\n  next_hop: \"ff:ff:ff:ff:ff:ff\"\n"),
     {{11, "inside.next_hop", "found ff:ff:ff:ff:ff:ff, no address of one station"}}},
    {"inside router is no address",
     with_inside("  port: lan\n  next_hop: router\n"),
     {{11, "inside.next_hop", "found 'router'; allowed: an Ethernet address such as"}}},
    {"inside port nobody has",
     with_inside("  port: land\n  next_hop: \"02:00:00:00:00:01\"\n"),
     {{10, "inside.port",
       "found 'land', which is not among the ports; allowed: did you mean 'lan'? the ports here are wan1, wan2, lan"}}},
    {"inside port of a path",
     with_inside("  port: wan2\n  next_hop: \"02:00:00:00:00:01\"\n"),
     {{21, "tunnels.hub.paths.lte.port", "found wan2, the port of the inside; allowed: another port"}}},
    {"inside port of the kernel's",
     with_inside(behind_lan, "af_packet, interface: eth2"),
     {{10, "inside.port", "found lan, a port of driver af_packet; allowed: a port of driver pci or memif"}}},
    {"inside mtu beyond the port's",
     with_inside(std::string(behind_lan) + "  mtu: 1501B\n"),
     {{12, "inside.mtu", "found 1501B; allowed: 1500B at most, the MTU of port lan"}}},
    {"inside port with fewer queues than workers",
     with_inside(behind_lan, "memif, socket: /run/lan.sock, queues: [0]")
         .replace(with_inside("").find("workers: 1"), 10, "workers: 2"),
     {{8, "ports.lan.queues", "found 1 queues on the inside port, for 2 workers; allowed: a queue for each worker"}}},
    {"inside port with queues out of order",
     with_inside(behind_lan, "memif, socket: /run/lan.sock, queues: [1, 0]")
         .replace(with_inside("").find("workers: 1"), 10, "workers: 2"),
     {{8, "ports.lan.queues", "found 2 queues on the inside port, for 2 workers"}}},
    {"memif address",
     with_inside(behind_lan, "memif, socket: /run/lan.sock, mac: \"01:00:00:00:00:01\""),
     {{8, "ports.lan.mac", "found 01:00:00:00:00:01, no address of one station"}}},
    {"an address for a driver that has its own",
     with_inside(behind_lan, "\"null\", mac: \"02:00:00:00:00:01\""),
     {{8, "ports.lan.mac", "found an unknown key"}}},
};

/// A second tunnel behind the valid one.
std::string second(const std::string& name, const std::string& rest) {
    return valid + fmt::format(
                       "  {}:\n    key_file: k\n    paths:\n      a: {{ port: wan1, local: \"203.0.113.9:1\", peer: "
                       "\"198.51.100.9:1\" }}\n    {}\n",
                       name, rest);
}

const Case tunnel_cases[] = {
    {"nothing in it",
     std::string(valid) + "  depot:\n",
     {{23, "tunnels.depot.key_file", "found nothing; allowed: the path of a file made by 'ropewalk genkey'"},
      {23, "tunnels.depot.prefixes", "found nothing; allowed: at least one prefix"},
      {23, "tunnels.depot.paths", "found nothing; allowed: at least one path"}}},
    {"no prefixes, no paths",
     second("depot", "prefixes: []"),
     {{27, "tunnels.depot.prefixes", "found no members; allowed: at least one prefix"}}},
    {"peer is this gateway",
     replaced("key_file", "peer: edge\n    key_file"),
     {{12, "tunnels.hub.peer", "found 'edge', the name of this gateway; allowed: the name of the far gateway"}}},
    {"two tunnels with one peer",
     second("depot", "prefixes: [192.0.2.3/32]\n    peer: hub"),
     {{28, "tunnels.depot.peer", "found 'hub' a second time, first on line 11 (tunnels.hub.peer)"}}},
    {"two wire formats on one endpoint",
     second("depot", "prefixes: [192.0.2.3/32]\n    wire: esp")
         .replace(second("depot", "prefixes: [192.0.2.3/32]\n    wire: esp").find("203.0.113.9:1\""), 13,
                  "203.0.113.9:4500"),
     {{26, "tunnels.depot.paths.a.local", "found 203.0.113.9:4500, where tunnel hub has another wire format"}}},
    {"two tunnels with one prefix",
     second("depot", "prefixes: [192.0.2.3/32, 192.0.2.2/32]"),
     {{27, "tunnels.depot.prefixes[1]",
       "found 192.0.2.2/32 a second time, first on line 14 (tunnels.hub.prefixes[0])"}}},
    {"host bits",
     replaced("192.0.2.2/32", "192.0.2.2/24"),
     {{14, "tunnels.hub.prefixes[0]",
       "found '192.0.2.2/24'; allowed: 192.0.2.0/24 for the network, 192.0.2.2/32 for the host"}}},
    {"multicast prefix",
     replaced("192.0.2.2/32", "224.0.0.0/4, \"ff00::/8\""),
     {{14, "tunnels.hub.prefixes[0]", "found 224.0.0.0/4, a multicast prefix"},
      {14, "tunnels.hub.prefixes[1]", "found ff00::/8, a multicast prefix"}}},
    {"prefix length",
     replaced("192.0.2.2/32", "192.0.2.2/33"),
     {{14, "tunnels.hub.prefixes[0]", "found '192.0.2.2/33'"}}},
    {"cipher",
     replaced("aes-128-gcm", "aes-256-gmc"),
     {{13, "tunnels.hub.cipher",
       "found 'aes-256-gmc'; allowed: did you mean 'aes-256-gcm'? aes-256-gcm, aes-128-gcm"}}},
    {"wire",
     replaced("cipher: aes-128-gcm", "wire: udp"),
     {{13, "tunnels.hub.wire", "found 'udp'; allowed: ropewalk, esp"}}},
    {"window no power of two",
     replaced("65536", "65537"),
     {{15, "tunnels.hub.window", "found '65537'; allowed: auto, or a power of two from 65536 to 16777216"}}},
    {"window too small", replaced("65536", "32768"), {{15, "tunnels.hub.window", "found '32768'"}}},
    {"window too large", replaced("65536", "2147483648"), {{15, "tunnels.hub.window", "found '2147483648'"}}},
    {"window",
     replaced("65536", "-1"),
     {{15, "tunnels.hub.window", "found '-1'; allowed: auto, or a number of packets"}}},
    {"skew", replaced("200ms", "2min"), {{16, "tunnels.hub.max_skew", "found '2min'; allowed: a time such as 500ms"}}},
    {"long skew", replaced("200ms", "61s"), {{16, "tunnels.hub.max_skew", "found '61s'; allowed: 1ms to 60s"}}},
    {"no shards",
     replaced("65536", "65536\n    shards: 0"),
     {{16, "tunnels.hub.shards", "found '0'; allowed: 1 to 16, a multiple of the workers"}}},
    {"too many shards", replaced("65536", "65536\n    shards: 17"), {{16, "tunnels.hub.shards", "found '17'"}}},
    {"shards of a stock peer",
     replaced("65536", "65536\n    wire: esp\n    shards: 2"),
     {{17, "tunnels.hub.shards", "found 2 with wire: esp; allowed: 1, because a stock ESP peer sends to one port"}}},
    {"shards beyond the last port",
     replaced("65536", "65536\n    shards: 4")
         .replace(replaced("65536", "65536\n    shards: 4").find("9:4500"), 6, "9:65533"),
     {{19, "tunnels.hub.paths.fibre.local",
       "found 203.0.113.9:65533, from which 4 shards reach to port 65536; allowed: a UDP port of 65532 at most"}}},
    {"shards that meet the next path's",
     replaced("65536", "65536\n    shards: 2")
         .replace(replaced("65536", "65536\n    shards: 2").find("wan2, local"), 4, "wan1"),
     {{20, "tunnels.hub.paths.lte.local",
       "found 203.0.113.9:4501 to 4502, of which 203.0.113.9:4500 to 4501 of tunnel hub has a part; allowed: UDP ports "
       "of its own, or the same first port with the same shards"}}},
    {"shards on the endpoint of a tunnel with another number",
     second("depot", "prefixes: [192.0.2.3/32]\n    shards: 2")
         .replace(second("depot", "prefixes: [192.0.2.3/32]\n    shards: 2").find("203.0.113.9:1\""), 13,
                  "203.0.113.9:4500"),
     {{26, "tunnels.depot.paths.a.local",
       "found 203.0.113.9:4500 to 4501, of which 203.0.113.9:4500 of tunnel hub has a part"}}},
    {"shards that reach into the endpoint of another tunnel",
     second("depot", "prefixes: [192.0.2.3/32]\n    shards: 16")
         .replace(second("depot", "prefixes: [192.0.2.3/32]\n    shards: 16").find("203.0.113.9:1\""), 13,
                  "203.0.113.9:4485"),
     {{26, "tunnels.depot.paths.a.local", "found 203.0.113.9:4485 to 4500, of which 203.0.113.9:4500 of tunnel hub"}}},
    {"tunnel name",
     replaced("  hub:", "  hub.example:").replace(0, 0, ""),
     {{11, "tunnels.hub.example", "found 'hub.example' as a name"}}},
};

const Case path_cases[] = {
    {"unknown port",
     replaced("port: wan1", "port: wan3"),
     {{18, "tunnels.hub.paths.fibre.port",
       "found 'wan3', which is not among the ports; allowed: did you mean 'wan1'? the ports here are wan1, wan2"}}},
    {"no endpoints",
     replaced(", local: \"203.0.113.9:4501\", peer: \"198.51.100.10:4501\"", ""),
     {{19, "tunnels.hub.paths.lte.local", "found nothing; allowed: an address and a UDP port"},
      {19, "tunnels.hub.paths.lte.peer", "found nothing"}}},
    {"no endpoints on two paths, one of them narrow",
     without_endpoints(),
     {{18, "tunnels.hub.paths.fibre.local", "found nothing"},
      {18, "tunnels.hub.paths.fibre.peer", "found nothing"},
      {19, "tunnels.hub.paths.lte.local", "found nothing"},
      {19, "tunnels.hub.paths.lte.peer", "found nothing"}}},
    {"no UDP port",
     replaced("203.0.113.9:4500", "203.0.113.9"),
     {{18, "tunnels.hub.paths.fibre.local", "found '203.0.113.9'; allowed: an address and a UDP port"}}},
    {"port 0",
     replaced("203.0.113.9:4500", "203.0.113.9:0"),
     {{18, "tunnels.hub.paths.fibre.local", "found '203.0.113.9:0'"}}},
    {"a name for an address",
     replaced("198.51.100.10:4500", "hub.example.com:4500"),
     {{18, "tunnels.hub.paths.fibre.peer", "found 'hub.example.com:4500'"}}},
    {"other families",
     replaced("198.51.100.10:4500", "[2001:db8::1]:4500"),
     {{18, "tunnels.hub.paths.fibre.peer", "found [2001:db8::1]:4500, of another family than local 203.0.113.9:4500"}}},
    {"peer is local",
     replaced("198.51.100.10:4500", "203.0.113.9:4500"),
     {{18, "tunnels.hub.paths.fibre.peer", "found 203.0.113.9:4500, the same as local"}}},
    {"multicast",
     replaced("198.51.100.10:4500", "239.1.1.1:4500"),
     {{18, "tunnels.hub.paths.fibre.peer", "found 239.1.1.1, a multicast"}}},
    {"unspecified",
     replaced("203.0.113.9:4500", "0.0.0.0:4500"),
     {{18, "tunnels.hub.paths.fibre.local", "found 0.0.0.0, the unspecified address"}}},
    {"broadcast",
     replaced("198.51.100.10:4500", "255.255.255.255:4500"),
     {{18, "tunnels.hub.paths.fibre.peer", "a multicast, broadcast or reserved address"}}},
    {"an id twice",
     replaced("lte: {", "lte: { id: 1,"),
     {{19, "tunnels.hub.paths.lte.id", "found 1, the id of path fibre on line 18; allowed: an id of its own"}}},
    {"an id that is a position",
     replaced("fibre: {", "fibre: { id: 2,"),
     {{19, "tunnels.hub.paths.lte.id", "found 2, the id of path fibre on line 18"}}},
    {"id 256",
     replaced("lte: {", "lte: { id: 256,"),
     {{19, "tunnels.hub.paths.lte.id", "found '256'; allowed: 1 to 255"}}},
    {"id 0", replaced("lte: {", "lte: { id: 0,"), {{19, "tunnels.hub.paths.lte.id", "found '0'; allowed: 1 to 255"}}},
    {"the same endpoints",
     replaced("local: \"203.0.113.9:4501\", peer: \"198.51.100.10:4501\"",
              "local: \"203.0.113.9:4500\", peer: \"198.51.100.10:4500\""),
     {{19, "tunnels.hub.paths.lte", "found the endpoints of path fibre on line 18"}}},
    {"mtu beyond the port's",
     replaced("rate: 80mbit", "mtu: 1501B"),
     {{18, "tunnels.hub.paths.fibre.mtu", "found 1501B; allowed: 1500B at most, the MTU of port wan1"}}},
    {"IPv4 below 576",
     replaced("rate: 80mbit", "mtu: 575B"),
     {{18, "tunnels.hub.paths.fibre.mtu", "found 575B; allowed: 576B to 9216B on a path over IPv4"}}},
    {"IPv4 leaves too little",
     replaced("rate: 80mbit", "mtu: 647B"),
     {{18, "tunnels.hub.paths.fibre.mtu",
       "found 647B; that leaves 574 bytes for inner packets where inner IPv4 needs 576; allowed: 648B or more"}}},
    {"IPv6 below 1280",
     replaced("\"203.0.113.9:4500\", peer: \"198.51.100.10:4500\", rate: 80mbit",
              "\"[2001:db8::1]:1\", peer: \"[2001:db8::2]:1\", mtu: 1279B"),
     {{18, "tunnels.hub.paths.fibre.mtu", "found 1279B; allowed: 1280B to 9216B on a path over IPv6"}}},
    {"inner IPv6 leaves too little",
     replaced("192.0.2.2/32", "\"2001:db8::/64\"")
         .replace(replaced("192.0.2.2/32", "\"2001:db8::/64\"").find("rate: 80mbit"), 12, "mtu: 1351B"),
     {{18, "tunnels.hub.paths.fibre.mtu",
       "found 1351B; that leaves 1278 bytes for inner packets where inner IPv6 needs 1280; allowed: 1352B or more"}}},
    {"the port's mtu leaves too little for inside IPv6",
     replaced("192.0.2.1/24", "\"2001:db8::1/64\"")
         .replace(replaced("192.0.2.1/24", "\"2001:db8::1/64\"").find("1600B"), 5, "1300B"),
     {{19, "tunnels.hub.paths.lte.mtu", "found 1300B, the MTU of port wan2; that leaves 1230 bytes"}}},
    {"rate",
     replaced("80mbit", "80Mbps"),
     {{18, "tunnels.hub.paths.fibre.rate", "found '80Mbps'; allowed: a rate such as 80mbit"}}},
    {"no rate",
     replaced("80mbit", "0bit"),
     {{18, "tunnels.hub.paths.fibre.rate", "found '0bit'; allowed: 1kbit to 1000gbit"}}},
    {"next hop",
     replaced("rate: 80mbit", "next_hop: 192.0.2.1"),
     {{18, "tunnels.hub.paths.fibre.next_hop", "found '192.0.2.1'; allowed: an Ethernet address"}}},
    {"next hop of a group",
     replaced("rate: 80mbit", "next_hop: \"01:00:5e:00:00:01\""),
     {{18, "tunnels.hub.paths.fibre.next_hop", "found 01:00:5e:00:00:01, no address of one station"}}},
    {"udp_checksum",
     replaced("rate: 80mbit", "udp_checksum: on"),
     {{18, "tunnels.hub.paths.fibre.udp_checksum", "found 'on'; allowed: zero, computed"}}},
    {"seventeen paths",
     replaced("      lte:",
              many("      p{i}: {{ port: wan1, local: \"203.0.113.9:1{i}\", peer: \"198.51.100.9:1{i}\" }}\n", 15) +
                  "      lte:"),
     {{17, "tunnels.hub.paths", "found 17 paths; allowed: 16 at most"}}},
};

const Case class_cases[] = {
    {"stripe",
     replaced("mode: duplicate", "mode: stripe"),
     {{22, "tunnels.hub.classes.rest.mode", "found 'stripe'; allowed: duplicate; this release sends"}}},
    {"best",
     replaced("mode: duplicate", "mode: best"),
     {{22, "tunnels.hub.classes.rest.mode", "found 'best'; allowed: duplicate; this release sends"}}},
    {"backup",
     replaced("mode: duplicate", "mode: backup"),
     {{22, "tunnels.hub.classes.rest.mode", "found 'backup'; allowed: duplicate; this release sends"}}},
    {"no mode",
     replaced("mode: duplicate", "mode: dupe"),
     {{22, "tunnels.hub.classes.rest.mode", "found 'dupe'; allowed: duplicate"}}},
    {"unknown path",
     replaced("[fibre, lte]", "[fibre, ltee]"),
     {{21, "tunnels.hub.classes.voice.paths[1]",
       "found 'ltee', which is not among the tunnel's paths; allowed: did you mean 'lte'? the paths here are fibre, "
       "lte"}}},
    {"a path twice",
     replaced("[fibre, lte]", "[fibre, fibre]"),
     {{21, "tunnels.hub.classes.voice.paths[1]", "found 'fibre' a second time"}}},
    {"too many copies",
     replaced("copies: 1", "copies: 3"),
     {{21, "tunnels.hub.classes.voice.copies", "found 3 copies over 2 paths"}}},
    {"too many copies of all",
     replaced("mode: duplicate", "copies: 3"),
     {{22, "tunnels.hub.classes.rest.copies", "found 3 copies over 2 paths"}}},
    {"no copies",
     replaced("copies: 1", "copies: 0"),
     {{21, "tunnels.hub.classes.voice.copies", "found '0'; allowed: a number of paths from 1 to 16"}}},
    {"another order",
     replaced("[fibre, lte]", "[lte, fibre]"),
     {{21, "tunnels.hub.classes.voice.paths", "found another order than the tunnel's"}}},
    {"dscp",
     replaced("[46]", "[46, 64]"),
     {{21, "tunnels.hub.classes.voice.match.dscp[1]", "found '64'; allowed: a DSCP from 0 to 63"}}},
    {"protocol",
     replaced("protocol: udp", "protocol: sctp"),
     {{21, "tunnels.hub.classes.voice.match.protocol", "found 'sctp'; allowed: tcp, udp, icmp"}}},
    {"port range",
     replaced("protocol: udp", "source_port: 5070-5060"),
     {{21, "tunnels.hub.classes.voice.match.source_port", "found '5070-5060'; allowed: a port"}}},
    {"ports of icmp",
     replaced("protocol: udp", "protocol: icmp, source_port: 5060"),
     {{21, "tunnels.hub.classes.voice.match.protocol", "found protocol 1, which has no ports"}}},
    {"two families",
     replaced("protocol: udp", "source: 192.0.2.0/24, destination: \"2001:db8::/32\""),
     {{21, "tunnels.hub.classes.voice.match.destination", "the family of source"}}},
    {"host bits",
     replaced("protocol: udp", "source: 192.0.2.1/24"),
     {{21, "tunnels.hub.classes.voice.match.source", "found '192.0.2.1/24'; allowed: 192.0.2.0/24"}}},
    {"max_size",
     replaced("protocol: udp", "max_size: 65535B"),
     {{21, "tunnels.hub.classes.voice.match.max_size", "found '65535B'; allowed: 1B to 65534B"}}},
    {"behind a class that matches all",
     replaced("match: { dscp: [46], protocol: udp }, ", ""),
     {{22, "tunnels.hub.classes.rest", "found a class behind voice on line 21, which matches everything"}}},
    {"class name", replaced("rest:", "Rest:"), {{22, "tunnels.hub.classes.Rest", "found 'Rest' as a name"}}},
};

INSTANTIATE_TEST_SUITE_P(File, BadYaml, ::testing::ValuesIn(file_cases));
INSTANTIATE_TEST_SUITE_P(Kind, BadYaml, ::testing::ValuesIn(kind_cases));
INSTANTIATE_TEST_SUITE_P(Gateway, BadYaml, ::testing::ValuesIn(gateway_cases));
INSTANTIATE_TEST_SUITE_P(Tunnel, BadYaml, ::testing::ValuesIn(tunnel_cases));
INSTANTIATE_TEST_SUITE_P(Path, BadYaml, ::testing::ValuesIn(path_cases));
INSTANTIATE_TEST_SUITE_P(Class, BadYaml, ::testing::ValuesIn(class_cases));

TEST(ReadYaml, fills_every_field) {
    const auto result = read_gateway_text(R"(
gateway: { name: edge, state_dir: /srv/ropewalk }
dataplane:
  workers: 2
  worker_cpus: [3, 4]
  memory: 256MiB
  hugepages: required
  idle: spin
  eal_args: [--log-level=7, "--vdev=x"]
ports:
  nic: { driver: pci, device: "05:00.1", mtu: 9000B, queues: [0, 1, 1], spread: never }
  mem: { driver: memif, socket: /run/m.sock, role: server }
  none: { driver: null }
inside:
  interface: rw7
  addresses: [192.0.2.1/24, "2001:db8:1::1/64"]
  mtu: 1400B
tunnels:
  far:
    peer: hub
    key_file: edge-hub.key
    cipher: aes-128-gcm
    wire: esp
    prefixes: [192.0.2.2/32, "2001:db8:1::2/128"]
    window: 131072
    max_skew: 1.5s
    paths:
      fibre: { id: 7, port: nic, local: "203.0.113.9:4500", peer: "198.51.100.10:4501", mtu: 1500B, rate: 1.5gbit,
               next_hop: "02:00:00:00:00:01", udp_checksum: computed }
      six: { port: mem, local: "[2001:db8::1]:1", peer: "[2001:db8::2]:2" }
    classes:
      voice: { match: { dscp: [46, 0], protocol: udp, source: 192.0.2.0/24, destination: 198.51.100.0/24,
                        source_port: 5060, destination_port: 5060-5070, max_size: 256B },
               mode: duplicate, copies: 1, paths: [fibre] }
)",
                                          "edge.yaml");
    ASSERT_TRUE(result) << to_string(result.error().front());
    const Gateway& gateway = *result;
    EXPECT_EQ(gateway.name, "edge");
    EXPECT_EQ(gateway.state_dir, "/srv/ropewalk");
    EXPECT_EQ(
        gateway.dataplane,
        (Dataplane{2, {3, 4}, Bytes{256 << 20}, Hugepages::required, IdleMode::spin, {"--log-level=7", "--vdev=x"}}));
    ASSERT_EQ(gateway.ports.size(), 3U);
    EXPECT_EQ(gateway.ports[0], (Port{.name = "nic",
                                      .driver = PortDriver::pci,
                                      .device = "0000:05:00.1",
                                      .mtu = Bytes{9000},
                                      .queues = {0, 1, 1},
                                      .spread = Spread::never}));
    EXPECT_EQ(gateway.ports[1], (Port{.name = "mem",
                                      .driver = PortDriver::memif,
                                      .device = "/run/m.sock",
                                      .memif_role = Port::MemifRole::server}));
    EXPECT_EQ(gateway.ports[2], (Port{.name = "none", .driver = PortDriver::null, .device = ""}));
    EXPECT_EQ(gateway.inside.interface, "rw7");
    EXPECT_EQ(gateway.inside.mtu, Bytes{1400});
    ASSERT_EQ(gateway.inside.addresses.size(), 2U);
    EXPECT_EQ(to_string(gateway.inside.addresses[0]), "192.0.2.1/24");

    ASSERT_EQ(gateway.tunnels.size(), 1U);
    const Tunnel& tunnel = gateway.tunnels[0];
    EXPECT_EQ(tunnel.name, "far");
    EXPECT_EQ(tunnel.peer, "hub");
    EXPECT_EQ(tunnel.key_file, "edge-hub.key");
    EXPECT_EQ(tunnel.cipher, Cipher::aes_128_gcm);
    EXPECT_EQ(tunnel.wire, Wire::esp);
    EXPECT_EQ(tunnel.prefixes.size(), 2U);
    EXPECT_EQ(tunnel.window_packets, 131072U);
    EXPECT_EQ(tunnel.max_skew, std::chrono::milliseconds(1500));

    ASSERT_EQ(tunnel.paths.size(), 2U);
    const Path& fibre = tunnel.paths[0];
    EXPECT_EQ(fibre.id, 7);
    EXPECT_EQ(fibre.port, "nic");
    EXPECT_EQ(to_string(fibre.local), "203.0.113.9:4500");
    EXPECT_EQ(to_string(fibre.peer), "198.51.100.10:4501");
    EXPECT_EQ(fibre.mtu, Bytes{1500});
    EXPECT_EQ(fibre.rate, BitsPerSecond{1'500'000'000});
    EXPECT_EQ(fibre.next_hop, parse_mac_address("02:00:00:00:00:01"));
    EXPECT_EQ(fibre.udp_checksum, UdpChecksum::computed);
    EXPECT_EQ(tunnel.paths[1].id, 2);
    EXPECT_EQ(tunnel.paths[1].udp_checksum, UdpChecksum::computed) << "the default over IPv6";

    ASSERT_EQ(tunnel.classes.size(), 1U);
    const TrafficClass& voice = tunnel.classes[0];
    EXPECT_EQ(voice.match.dscp, (std::vector<std::uint8_t>{46, 0}));
    EXPECT_EQ(voice.match.protocol, 17);
    EXPECT_EQ(to_string(voice.match.source.value()), "192.0.2.0/24");
    EXPECT_EQ(to_string(voice.match.destination.value()), "198.51.100.0/24");
    EXPECT_EQ(voice.match.source_port, (PortRange{5060, 5060}));
    EXPECT_EQ(voice.match.destination_port, (PortRange{5060, 5070}));
    EXPECT_EQ(voice.match.max_size, Bytes{256});
    EXPECT_EQ(voice.copies, 1);
    EXPECT_EQ(voice.paths, std::vector<std::string>{"fibre"});
}

TEST(ReadYaml, takes_users_behind_a_port) {
    const auto result = read_gateway_text(
        with_inside(behind_lan, "memif, socket: /run/lan.sock, role: server, mac: \"02:00:00:00:00:09\""), "edge.yaml");
    ASSERT_TRUE(result) << to_string(result.error().front());
    EXPECT_EQ(result->inside.port, "lan");
    EXPECT_EQ(result->inside.interface, "");
    EXPECT_EQ(result->inside.next_hop, parse_mac_address("02:00:00:00:00:01"));
    EXPECT_EQ(result->ports[2].mac, parse_mac_address("02:00:00:00:00:09"));
    EXPECT_EQ(find_inside_port(*result), &result->ports[2]);
    EXPECT_TRUE(read_gateway_text(with_inside(behind_lan, "pci, device: \"05:00.0\""), "edge.yaml"));
    EXPECT_TRUE(read_gateway_text(with_inside(behind_lan, "\"null\""), "edge.yaml"));
}

TEST(ReadYaml, takes_the_documented_defaults) {
    const auto result = read_gateway_text(valid, "edge.yaml");
    ASSERT_TRUE(result) << to_string(result.error().front());
    EXPECT_EQ(result->state_dir, "/var/lib/ropewalk");
    EXPECT_EQ(result->dataplane.memory, Bytes{128 << 20});
    EXPECT_EQ(result->inside.interface, "rw0");
    EXPECT_FALSE(result->inside.mtu);
    EXPECT_EQ(result->tunnels[0].peer, "hub");
    EXPECT_EQ(result->tunnels[0].paths[0].udp_checksum, UdpChecksum::zero);
    EXPECT_EQ(result->tunnels[0].paths[0].id, 1);
    EXPECT_EQ(result->tunnels[0].paths[1].id, 2);
    EXPECT_EQ(result->tunnels[0].classes[1].copies, 0);
}

/// A gateway with that many tunnels, each made of `members`, in which {i} is its number.
std::string tunnels_of(int count, const char* members) {
    return "gateway: { name: hub }\nports: { p: { driver: null } }\ntunnels:\n" + many(members, count);
}

TEST(ReadYaml, holds_the_whole_to_the_capacity_of_the_shared_memory) {
    constexpr const char* one_path =
        "  t{i}: {{ key_file: k, prefixes: [\"2001:db8:{i:x}::/48\"], paths: {{ a: {{ port: p, local: "
        "\"203.0.113.9:1\", peer: \"198.51.100.9:1\" }} }} }}\n";
    EXPECT_TRUE(read_gateway_text(tunnels_of(1024, one_path), "hub.yaml"));
    const auto tunnels = read_gateway_text(tunnels_of(1025, one_path), "hub.yaml");
    ASSERT_FALSE(tunnels);
    EXPECT_EQ(to_string(tunnels.error().front()), "hub.yaml:3: tunnels: found 1025 tunnels; allowed: 1024 at most");

    std::string prefixes = tunnels_of(1, one_path);
    const std::size_t list = prefixes.find("prefixes: [") + 11;
    for (int i = 0; i < 8192; ++i) prefixes.insert(list, fmt::format("198.18.{}.{}/32, ", i / 256, i % 256));
    const auto wide = read_gateway_text(prefixes, "hub.yaml");
    ASSERT_FALSE(wide);
    EXPECT_EQ(to_string(wide.error().front()),
              "hub.yaml:3: tunnels: found 8192 IPv4 prefixes over all tunnels; allowed: 8191 at most");
}

TEST(ReadYaml, ends_a_list_of_a_thousand_problems_with_a_word_that_there_are_more) {
    const auto result = read_gateway_text(many("key{i}: x\n", 2000), "edge.yaml");
    ASSERT_FALSE(result);
    ASSERT_EQ(result.error().size(), 1001U);
    EXPECT_EQ(result.error().front().key, "key0");
    EXPECT_EQ(result.error().back().found, "still more problems");
}

TEST(ReadYaml, takes_comments_in_any_language) {
    // Two, three and four bytes a character.
    EXPECT_TRUE(read_gateway_text(
        valid + std::string("# gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xed\x9f\xbf \xf0\x9f\x99\x82 \xf4\x8f\xbf\xbf\n"),
        "e"));
}

TEST(ReadYaml, allows_what_is_unusual_but_consistent) {
    // No tunnel yet; a byte order mark; an inner IPv6 prefix without an inside IPv6 address; a port without a path.
    EXPECT_TRUE(read_gateway_text("gateway: { name: edge }\nports: { p: { driver: tap, interface: t } }\ntunnels: {}\n",
                                  "edge.yaml"));
    EXPECT_TRUE(read_gateway_text("\xef\xbb\xbf" + std::string(valid), "edge.yaml"));
    EXPECT_TRUE(read_gateway_text(replaced("[192.0.2.2/32]", "[\"2001:db8::/64\"]"), "edge.yaml"));
    EXPECT_TRUE(read_gateway_text(replaced("  wan2:", "  spare: { driver: null }\n  wan2:"), "edge.yaml"));
}

/// None of these may hang, crash or be accepted; what is said about them does not matter.
TEST(ReadYaml, survives_hostile_texts) {
    constexpr std::size_t size = 256U << 10;
    std::vector<std::string> texts;
    for (const char* part : {"[",  "{",     "- ",    "? ",     "{a: ", "[a, ", "a: ",  "&a ",      "!a ", "*a ",
                             "\"", "'",     "|\n",   ">\n ",   "- - ", "a\n",  "a:\n", "#",        "%",   "@",
                             "`",  "---\n", "...\n", "a: [\n", ": ",   ", ",   "\r",   "\xc2\x85", "\\",  "&a [*a, "}) {
        std::string text;
        while (text.size() < size) text += part;
        text.resize(size);
        texts.push_back(std::move(text));
    }
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 40; ++i) {
        bomb += fmt::format("a{}: &a{} [", i, i);
        for (int j = 0; j < 9; ++j) bomb += fmt::format("{}*a{}", j == 0 ? "" : ", ", i - 1);
        bomb += "]\n";
    }
    texts.push_back(bomb);
    texts.push_back("tunnels: {" + many("a{i}: , ", 50000) + "}");
    texts.push_back("gateway: { name: [" + many("{i}, ", 100000) + "] }");
    texts.push_back(many("key{i}: {i}\n", 50000));
    for (const std::string& text : texts) {
        const auto result = read_gateway_text(text, "edge.yaml");
        ASSERT_FALSE(result) << text.substr(0, 20);
        EXPECT_FALSE(result.error().empty());
        EXPECT_LE(result.error().size(), 1001U);
    }
}

class ReadFile : public ::testing::Test {
protected:
    void SetUp() override {
        std::string name = "/tmp/ropewalk-read-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder = name;
    }
    void TearDown() override {
        ::unlink((folder + "/edge.yaml").c_str());
        ::rmdir(folder.c_str());
    }
    std::string problem_of(const std::string& path) {
        const auto result = read_gateway_file(path);
        return result ? "accepted" : to_string(result.error().front());
    }

    std::string folder;
};

TEST_F(ReadFile, finds_key_files_beside_the_yaml) {
    std::ofstream(folder + "/edge.yaml") << valid;
    const auto relative = read_gateway_file(folder + "/edge.yaml");
    ASSERT_TRUE(relative);
    EXPECT_EQ(relative->tunnels[0].key_file, folder + "/edge-hub.key");
    std::ofstream(folder + "/edge.yaml") << replaced("edge-hub.key", "/etc/edge-hub.key");
    EXPECT_EQ(read_gateway_file(folder + "/edge.yaml")->tunnels[0].key_file, "/etc/edge-hub.key");
}

TEST_F(ReadFile, says_what_is_wrong_with_the_file_itself) {
    EXPECT_EQ(problem_of(folder + "/none.yaml"),
              folder + "/none.yaml: found No such file or directory; allowed: the path of a readable YAML file");
    EXPECT_EQ(problem_of(folder), folder + ": found a directory; allowed: a YAML file");
    EXPECT_EQ(problem_of("/dev/zero"), "/dev/zero: found no ordinary file; allowed: a YAML file");
    std::ofstream(folder + "/edge.yaml") << std::string(5 << 20, ' ');
    EXPECT_EQ(problem_of(folder + "/edge.yaml"), folder + "/edge.yaml: found 5242880 bytes; allowed: 4 MiB at most");
}

TEST(ReadGateway, tunnels_with_the_same_shards_may_share_an_endpoint) {
    std::string text = second("depot", "prefixes: [192.0.2.3/32]\n    shards: 2");
    text.replace(text.find("203.0.113.9:1\""), 13, "203.0.113.9:4500")
        .replace(text.find("window:"), 7, "shards: 2\n    window:");
    const auto gateway = read_gateway_text(text, "edge.yaml");
    ASSERT_TRUE(gateway) << to_string(gateway.error().front());
    EXPECT_EQ(gateway->tunnels[0].shards, 2);
    EXPECT_EQ(gateway->tunnels[1].shards, 2);
}

TEST(ReadGateway, shards_may_reach_the_last_port_and_touch_the_next_path) {
    std::string text = replaced("65536", "65536\n    shards: 2");
    text.replace(text.find("9:4500"), 6, "9:65534").replace(text.find("wan2, local"), 4, "wan1");
    text.replace(text.find("9:4501"), 6, "9:65532");
    const auto gateway = read_gateway_text(text, "edge.yaml");
    EXPECT_TRUE(gateway) << to_string(gateway.error().front());
}

}  // namespace
}  // namespace ropewalk::config::schema
