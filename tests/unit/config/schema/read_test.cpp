#include "config/schema/read.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace ropewalk::config::schema {
namespace {

/// A valid file with a port that no path uses.
constexpr const char* valid = R"(gateway: { name: edge }
ports:
  wan: { driver: "null" }
  spare: { driver: null }
tunnels:
  hub:
    key_file: edge-hub.key
    prefixes: [192.0.2.2/32]
    paths:
      fibre: { port: wan, local: "203.0.113.9:4500", peer: "198.51.100.10:4500" }
      lte: { port: wan, local: "203.0.113.9:4501", peer: "198.51.100.10:4501" }
    classes:
      voice: { match: { dscp: [46], protocol: udp }, copies: 1, paths: [fibre, lte] }
      rest: {}
)";

std::string replaced(std::string from, std::string to) {
    std::string text = valid;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

/// Every problem of the text, one a line.
std::string problems_of(const std::string& text) {
    const auto result = read_gateway_text(text, "edge.yaml");
    if (result) return "accepted";
    std::string all;
    for (const Problem& problem : result.error()) all += to_string(problem) + "\n";
    return all;
}

std::string many(const char* format, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += fmt::format(fmt::runtime(format), fmt::arg("i", i));
    return text;
}

TEST(ReadYaml, refuses_what_is_no_text) {
    EXPECT_EQ(problems_of(""),
              "edge.yaml: found an empty file; allowed: a configuration with gateway, ports and tunnels\n");
    EXPECT_EQ(problems_of(std::string((4 << 20) + 1, '#')), "edge.yaml: found 4194305 bytes; allowed: 4 MiB at most\n");
    // In order: invalid, cut, beyond Unicode, a continuation alone, a surrogate.
    for (const char* text :
         {"gateway: \xff\xfe\n", "gateway: \xe2\x82", "a: \xf5\x80\x80\x80\n", "a: \x80\n", "\xed\xa0\x80"}) {
        EXPECT_EQ(problems_of(text), "edge.yaml:1: found binary data; allowed: a text file in UTF-8\n");
    }
    // A NUL and an overlong '/' on the second line.
    for (const std::string& text : {std::string("gateway:\n\0", 10), std::string("a\n\xc0\xaf\n")}) {
        EXPECT_EQ(problems_of(text), "edge.yaml:2: found binary data; allowed: a text file in UTF-8\n");
    }
}

TEST(ReadYaml, says_in_short_what_is_too_long_or_too_many) {
    const std::string text =
        fmt::format("gateway: {{ name: edge }}\ndataplane: {{ eal_args: [{:a>300}, {:b>300}] }}\nports:\n", "", "") +
        many("  p{i}: {{ driver: null }}\n", 17) +
        fmt::format("tunnels:\n  hub:\n    key_file: k\n    prefixes: [192.0.2.2/32]\n    cipher: {:x>5000}\n", "") +
        "    paths:\n" +
        many("      a{i}: {{ port: p1, local: \"203.0.113.9:1{i}\", peer: \"198.51.100.9:1{i}\" }}\n", 17);
    EXPECT_EQ(
        problems_of(text),
        fmt::format("edge.yaml:2: dataplane.eal_args: found 601 characters; allowed: 511 characters at most, over "
                    "all arguments\n"
                    "edge.yaml:3: ports: found 17 ports; allowed: 16 at most\n"
                    "edge.yaml:25: tunnels.hub.cipher: found '{:x>60}...'; allowed: aes-256-gcm, aes-128-gcm\n"
                    "edge.yaml:26: tunnels.hub.paths: found 17 paths; allowed: 16 at most\n",
                    ""));
}

TEST(ReadYaml, fills_every_field) {
    const auto result = read_gateway_text(R"(
gateway: { name: edge, state_dir: /srv/ropewalk }
dataplane:
  workers: 2
  worker_cpus: [3, 4]
  memory: 256MiB
  hugepages: required
  idle: spin
  max_age: 500ms
  eal_args: [--log-level=7, "--vdev=x"]
ports:
  nic: { driver: pci, device: "05:00.1", mtu: 9000B, queues: [0, 1, 1], spread: never }
  mem: { driver: memif, socket: /run/m.sock, role: server }
  none: { driver: null }
  lte: { driver: af_packet, interface: eth3, joined: off }
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
    probe_interval: 10ms
    lossy_above: 30
    slow_above: 1s
    paths:
      fibre: { id: 7, port: nic, local: "203.0.113.9:4500", peer: "198.51.100.10:4501", mtu: 1500B, rate: 1.5gbit,
               next_hop: "02:00:00:00:00:01", dscp: 46, udp_checksum: zero, mtu_probing: off,
               metered: true }
      six: { dscp: copy, port: mem, local: "[2001:db8::1]:1", peer: "[2001:db8::2]:2" }
    classes:
      voice: { match: { dscp: [46, 0], protocol: udp, source: 192.0.2.0/24, destination: 198.51.100.0/24,
                        source_port: 5060, destination_port: 5060-5070, max_size: 256B },
               mode: duplicate, copies: 1, paths: [fibre] }
metrics: { listen: "[::1]:9469" }
events: { hook: [/usr/local/bin/told, --loud] }
)",
                                          "edge.yaml");
    ASSERT_TRUE(result) << to_string(result.error().front());
    const Gateway& gateway = *result;
    EXPECT_EQ(gateway.name, "edge");
    EXPECT_EQ(gateway.state_dir, "/srv/ropewalk");
    EXPECT_EQ(gateway.dataplane, (Dataplane{2,
                                            {3, 4},
                                            Bytes{256 << 20},
                                            Hugepages::required,
                                            IdleMode::spin,
                                            std::chrono::milliseconds(500),
                                            {"--log-level=7", "--vdev=x"}}));
    ASSERT_EQ(gateway.ports.size(), 4U);
    EXPECT_EQ(gateway.ports[0], (Port{.name = "nic",
                                      .driver = PortDriver::pci,
                                      .device = "0000:05:00.1",
                                      .mtu = Bytes{9000},
                                      .queues = {0, 1, 1},
                                      .spread = Spread::never}));
    EXPECT_EQ(
        gateway.ports[1],
        (Port{.name = "mem", .driver = PortDriver::memif, .device = "/run/m.sock", .memif_role = MemifRole::server}));
    EXPECT_EQ(gateway.ports[2], (Port{.name = "none", .driver = PortDriver::null, .device = ""}));
    EXPECT_EQ(gateway.ports[3],
              (Port{.name = "lte", .driver = PortDriver::af_packet, .device = "eth3", .joined = Joined::off}));
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
    EXPECT_EQ(tunnel.probe_interval, std::chrono::milliseconds(10));
    EXPECT_EQ(tunnel.lossy_above, 30);
    EXPECT_EQ(tunnel.slow_above, std::chrono::seconds(1));

    ASSERT_EQ(tunnel.paths.size(), 2U);
    const Path& fibre = tunnel.paths[0];
    EXPECT_EQ(fibre.id, 7);
    EXPECT_EQ(fibre.port, "nic");
    EXPECT_EQ(to_string(fibre.local), "203.0.113.9:4500");
    EXPECT_EQ(to_string(fibre.peer), "198.51.100.10:4501");
    EXPECT_EQ(fibre.mtu, Bytes{1500});
    EXPECT_EQ(fibre.rate, BitsPerSecond{1'500'000'000});
    EXPECT_EQ(fibre.next_hop, parse_mac_address("02:00:00:00:00:01"));
    EXPECT_EQ(fibre.dscp, 46);
    EXPECT_EQ(fibre.udp_checksum, UdpChecksum::zero);
    EXPECT_EQ(fibre.mtu_probing, MtuProbing::off);
    EXPECT_EQ(tunnel.paths[1].mtu_probing, MtuProbing::automatic);
    EXPECT_EQ(fibre.metered, Metered::yes);
    EXPECT_EQ(tunnel.paths[1].metered, Metered::no) << "the default";
    EXPECT_EQ(tunnel.paths[1].dscp, std::nullopt);
    EXPECT_EQ(tunnel.paths[1].id, 2);
    EXPECT_EQ(tunnel.paths[1].udp_checksum, UdpChecksum::computed) << "the default";

    ASSERT_EQ(tunnel.classes.size(), 1U);
    const TrafficClass& voice = tunnel.classes[0];
    EXPECT_EQ(voice.match.dscp, (std::vector<std::uint8_t>{46, 0}));
    EXPECT_EQ(voice.match.protocol, 17);
    EXPECT_EQ(to_string(voice.match.source.value()), "192.0.2.0/24");
    EXPECT_EQ(to_string(voice.match.destination.value()), "198.51.100.0/24");
    EXPECT_EQ(voice.match.source_port, (PortRange{5060, 5060}));
    EXPECT_EQ(voice.match.destination_port, (PortRange{5060, 5070}));
    EXPECT_EQ(voice.match.max_size, Bytes{256});
    EXPECT_EQ(to_string(gateway.metrics.listen.value()), "[::1]:9469");
    EXPECT_EQ(gateway.events.hook, (std::vector<std::string>{"/usr/local/bin/told", "--loud"}));
    EXPECT_EQ(voice.copies, 1);
    EXPECT_EQ(voice.paths, std::vector<std::string>{"fibre"});
}

TEST(ReadYaml, takes_users_behind_a_port) {
    const auto behind = [](const char* driver) {
        const std::string ports = fmt::format("ports: {{ wan: {{ driver: null }}, lan: {{ driver: {} }} }}\n", driver);
        return read_gateway_text("gateway: { name: edge }\n" + ports +
                                     "inside: { port: lan, next_hop: \"02:00:00:00:00:01\" }\ntunnels: {}\n",
                                 "edge.yaml");
    };
    const auto result = behind("memif, socket: /run/lan.sock, role: server, mac: \"02:00:00:00:00:09\"");
    ASSERT_TRUE(result) << to_string(result.error().front());
    EXPECT_EQ(result->inside.port, "lan");
    EXPECT_EQ(result->inside.interface, "");
    EXPECT_EQ(result->inside.next_hop, parse_mac_address("02:00:00:00:00:01"));
    EXPECT_EQ(result->ports[1].mac, parse_mac_address("02:00:00:00:00:09"));
    EXPECT_EQ(find_inside_port(*result), &result->ports[1]);
    EXPECT_TRUE(behind("pci, device: \"05:00.0\""));
    EXPECT_TRUE(behind("null"));
}

TEST(ReadYaml, takes_the_documented_defaults) {
    const auto result = read_gateway_text(valid, "edge.yaml");
    ASSERT_TRUE(result) << to_string(result.error().front());
    EXPECT_EQ(result->state_dir, "/var/lib/ropewalk");
    EXPECT_EQ(result->dataplane.memory, Bytes{128 << 20});
    EXPECT_EQ(result->inside.interface, "rw0");
    EXPECT_FALSE(result->inside.mtu);
    EXPECT_EQ(result->tunnels[0].peer, "hub");
    EXPECT_EQ(result->tunnels[0].paths[0].udp_checksum, UdpChecksum::computed);
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
        "\"203.0.113.9:1\", peer: \"198.51.100.9:1{i}\" }} }} }}\n";
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
    // A port without a path; a byte order mark; an inner IPv6 prefix without an inside IPv6 address; no tunnel yet.
    EXPECT_EQ(problems_of(valid), "accepted");
    EXPECT_EQ(problems_of("\xef\xbb\xbf" + std::string(valid)), "accepted");
    EXPECT_EQ(problems_of(replaced("192.0.2.2/32", "\"2001:db8::/64\"")), "accepted");
    EXPECT_EQ(problems_of("gateway: { name: edge }\nports: { p: { driver: tap, interface: t } }\ntunnels: {}\n"),
              "accepted");
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

TEST(ReadYaml, allows_the_same_shards_on_one_endpoint_up_to_the_last_port_and_beside_the_next_path) {
    const auto gateway = read_gateway_text(R"(gateway: { name: edge }
ports: { wan: { driver: null } }
tunnels:
  hub:
    shards: 2
    key_file: edge-hub.key
    prefixes: [192.0.2.2/32]
    paths:
      last: { port: wan, local: "203.0.113.9:65534", peer: "198.51.100.10:4500" }
      beside: { port: wan, local: "203.0.113.9:65532", peer: "198.51.100.10:4502" }
  depot:
    shards: 2
    key_file: edge-depot.key
    prefixes: [192.0.2.3/32]
    paths: { same: { port: wan, local: "203.0.113.9:65534", peer: "198.51.100.11:4500" } }
)",
                                           "edge.yaml");
    ASSERT_TRUE(gateway) << to_string(gateway.error().front());
    EXPECT_EQ(gateway->tunnels[0].shards, 2);
    EXPECT_EQ(gateway->tunnels[1].shards, 2);
}

}  // namespace
}  // namespace ropewalk::config::schema
