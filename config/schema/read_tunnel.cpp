#include <limits>

#include <fmt/format.h>

#include "config/region/limits.hpp"
#include "config/schema/number.hpp"
#include "config/schema/read_sections.hpp"

namespace ropewalk::config::schema {
namespace {

constexpr const char* endpoint_rule = "an address and a UDP port such as 203.0.113.1:4500 or \"[2001:db8::1]:4500\"";
constexpr const char* key_file_rule = "the path of a file made by 'ropewalk genkey'";

std::optional<std::string> parse_any(std::string_view text) {
    return text.empty() ? std::nullopt : std::optional(std::string(text));
}

std::optional<std::uint64_t> parse_packets(std::string_view text) {
    return parse_number<std::uint64_t>(text, 0, std::numeric_limits<std::uint64_t>::max());
}

/// `position` counts from 0.
Path read_path(const std::string& name, const YamlNode& node, const std::string& key, std::size_t position,
               Notes& notes) {
    Path path;
    path.name = name;
    path.id = position < 255 ? static_cast<std::uint8_t>(position + 1) : 0;
    const MapReader map(node, key, {"id", "port", "local", "peer", "mtu", "rate", "next_hop", "udp_checksum"}, notes);
    map.require("port", "the name of a port");
    map.require("local", endpoint_rule);
    map.require("peer", endpoint_rule);
    map.read(
        "id", path.id, [](std::string_view text) { return parse_number<std::uint8_t>(text, 1, 255); }, "1 to 255");
    map.read("port", path.port, parse_any, "the name of a port");
    map.read("local", path.local, parse_endpoint, endpoint_rule);
    map.read("peer", path.peer, parse_endpoint, endpoint_rule);
    map.read("mtu", path.mtu, parse_bytes, "a size such as 1500B");
    map.read("rate", path.rate, parse_rate, "a rate such as 80mbit or 1.5gbit");
    map.read("next_hop", path.next_hop, parse_mac_address, "an Ethernet address such as 02:00:00:00:00:01");
    const bool ipv6 = path.local.address.family == Family::ipv6;
    path.udp_checksum = ipv6 ? UdpChecksum::computed : UdpChecksum::zero;
    map.read_word("udp_checksum", path.udp_checksum);
    return path;
}

}  // namespace

Tunnel read_tunnel(const std::string& name, const YamlNode& node, const std::string& key, Notes& notes) {
    Tunnel tunnel;
    tunnel.name = name;
    tunnel.peer = name;
    const MapReader map(
        node, key,
        {"peer", "key_file", "cipher", "wire", "shards", "prefixes", "window", "max_skew", "paths", "classes"}, notes);
    map.require("key_file", key_file_rule);
    map.require_members("prefixes", "at least one prefix such as 192.0.2.0/24");
    map.require_members("paths", "at least one path");
    map.read(
        "peer", tunnel.peer, [](std::string_view text) { return is_name(text) ? parse_any(text) : std::nullopt; },
        std::string("the name of the far gateway: ") + name_rule);
    map.read("key_file", tunnel.key_file, parse_any, key_file_rule);
    map.read_word("cipher", tunnel.cipher);
    map.read_word("wire", tunnel.wire);
    map.read(
        "shards", tunnel.shards,
        [](std::string_view text) { return parse_number<std::uint8_t>(text, 1, region::max_shards); },
        fmt::format("1 to {}, a multiple of the workers", region::max_shards));
    map.read_list("prefixes", tunnel.prefixes, parse_prefix, "a prefix such as 192.0.2.0/24 or \"2001:db8::/32\"");
    const YamlNode* const window = map.find("window");
    if (window != nullptr && window->text != "auto") {
        map.read("window", tunnel.window_packets, parse_packets, "auto, or a number of packets such as 1048576");
    }
    map.read("max_skew", tunnel.max_skew, parse_duration, "a time such as 500ms");
    map.for_each_named("paths", "paths", [&](const std::string& path, const YamlNode& at, const std::string& path_key) {
        tunnel.paths.push_back(read_path(path, at, path_key, tunnel.paths.size(), notes));
    });
    map.for_each_named("classes", "classes",
                       [&](const std::string& entry, const YamlNode& at, const std::string& class_key) {
                           tunnel.classes.push_back(read_class(entry, at, class_key, notes));
                       });
    return tunnel;
}

}  // namespace ropewalk::config::schema
