#include <array>
#include <string_view>
#include <utility>

#include "config/region/limits.hpp"
#include "config/schema/number.hpp"
#include "config/schema/read_sections.hpp"

namespace ropewalk::config::schema {
namespace {

constexpr const char* port_rule = "a port such as 5060 or a range such as 5060-5070";
constexpr const char* prefix_rule = "a prefix such as 192.0.2.0/24 or \"2001:db8::/32\"";

std::optional<PortRange> parse_port_range(std::string_view text) {
    const std::size_t dash = text.find('-');
    const auto first = parse_number<std::uint16_t>(text.substr(0, dash), 0, 65535);
    const auto last =
        dash == std::string_view::npos ? first : parse_number<std::uint16_t>(text.substr(dash + 1), 0, 65535);
    if (!first || !last || *first > *last) return std::nullopt;
    return PortRange{*first, *last};
}

/// By name or by number of the IANA list of protocols.
std::optional<std::uint8_t> parse_protocol(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, std::uint8_t>, 4> names = {
        {{"tcp", 6}, {"udp", 17}, {"icmp", 1}, {"icmpv6", 58}}};
    for (const auto& [name, number] : names) {
        if (text == name) return number;
    }
    return parse_number<std::uint8_t>(text, 0, 255);
}

void read_match(const YamlNode& node, const std::string& key, Match& match, Notes& notes) {
    const MapReader map(
        node, key, {"dscp", "protocol", "source", "destination", "source_port", "destination_port", "max_size"}, notes);
    map.read_list(
        "dscp", match.dscp, [](std::string_view text) { return parse_number<std::uint8_t>(text, 0, 63); },
        "a DSCP from 0 to 63");
    map.read("protocol", match.protocol, parse_protocol, "tcp, udp, icmp, icmpv6, or a number from 0 to 255");
    map.read("source", match.source, parse_prefix, prefix_rule);
    map.read("destination", match.destination, parse_prefix, prefix_rule);
    map.read("source_port", match.source_port, parse_port_range, port_rule);
    map.read("destination_port", match.destination_port, parse_port_range, port_rule);
    map.read("max_size", match.max_size, parse_bytes, "a size such as 256B");
}

void read_mode(const MapReader& map, Mode& mode) {
    const YamlNode* const node = map.find("mode");
    const bool planned = node != nullptr && (node->text == "stripe" || node->text == "best" || node->text == "backup");
    if (planned) {
        map.notes().problem(map.key_of("mode"), quoted(node->text),
                            "duplicate; this release sends every class as duplicate, other modes are still to come");
    } else {
        map.read_word("mode", mode);
    }
}

}  // namespace

TrafficClass read_class(const std::string& name, const YamlNode& node, const std::string& key, Notes& notes) {
    TrafficClass entry;
    entry.name = name;
    const MapReader map(node, key, {"match", "mode", "copies", "paths"}, notes);
    if (const YamlNode* const match = map.find("match")) read_match(*match, map.key_of("match"), entry.match, notes);
    read_mode(map, entry.mode);
    map.read(
        "copies", entry.copies,
        [](std::string_view text) { return parse_number<std::uint8_t>(text, 1, region::max_paths_per_tunnel); },
        "a number of paths from 1 to 16; without the key, all of them");
    map.read_list(
        "paths", entry.paths, [](std::string_view text) { return std::optional(std::string(text)); },
        "the name of a path");
    return entry;
}

}  // namespace ropewalk::config::schema
