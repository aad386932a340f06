#include <array>
#include <utility>

#include "config/member_count.hpp"
#include "config/number.hpp"
#include "config/region/limits.hpp"
#include "config/schema/rows.hpp"

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

std::optional<std::string> parse_path_name(std::string_view text) {
    return std::string(text);
}

void read_mode(const About& about, const MapReader& map, Mode& mode, const TrafficClass&) {
    const YamlNode* const node = map.find(about.name);
    if (node != nullptr && node->text == "stripe") {
        map.notes().problem(map.key_of(about.name), in_quotes(node->text),
                            "duplicate, best, backup; stripe is still to come");
    } else {
        map.read_word(about.name, mode);
    }
}

About selector(std::string_view name, std::string_view help) {
    return {.name = name, .effect = Effect::hot, .help = help, .absent = "any"};
}

const auto match_rows = std::to_array<Key<Match>>({
    list<&Match::dscp>(selector("dscp", "DSCPs, 0 to 63"), parse_between<std::uint8_t, 0, 63>, "a DSCP from 0 to 63"),
    value<&Match::protocol>(selector("protocol", "`tcp`, `udp`, `icmp`, `icmpv6`, or a number"), parse_protocol,
                            "tcp, udp, icmp, icmpv6, or a number from 0 to 255"),
    value<&Match::source>(selector("source", "a prefix"), parse_prefix, prefix_rule),
    value<&Match::destination>(selector("destination", "a prefix"), parse_prefix, prefix_rule),
    value<&Match::source_port>(selector("source_port", "a port, or a range such as 5060-5070"), parse_port_range,
                               port_rule),
    value<&Match::destination_port>(selector("destination_port", "a port, or a range such as 5060-5070"),
                                    parse_port_range, port_rule),
    value<&Match::max_size>(selector("max_size", "inner packets of so many bytes at most"), parse_bytes,
                            "a size such as 256B"),
});
static_assert(std::size(match_rows) == member_count<Match>());

Key<TrafficClass> copies_row() {
    auto row = value<&TrafficClass::copies>(
        {.name = "copies",
         .effect = Effect::hot,
         .help = "on how many of its paths a packet goes: of those that are up the "
                 "best, or with `mode: backup` the first; without the key all with `mode: "
                 "duplicate`, else one",
         .absent = "all, or 1"},
        parse_between<std::uint8_t, 1, region::max_paths_per_tunnel>, "a number of paths from 1 to 16");
    row.text = [](const TrafficClass& entry) { return entry.copies == 0 ? "" : std::to_string(entry.copies); };
    return row;
}

const auto rows = std::to_array<Key<TrafficClass>>({
    map_of<TrafficClass, &TrafficClass::match>({.name = "match", .effect = Effect::hot, .help = {}}),
    read_by<&TrafficClass::mode>(
        {.name = "mode",
         .effect = Effect::hot,
         .help = "`duplicate`: all paths, or the `copies` best; `best`: the one of lowest delay; `backup`: the "
                 "first of `paths` that is up"},
        read_mode),
    copies_row(),
    list<&TrafficClass::paths>({.name = "paths",
                                .effect = Effect::hot,
                                .help = "names of the tunnel's paths that it may use, the preferred one first",
                                .absent = "all"},
                               parse_path_name, "the name of a path"),
});
static_assert(std::size(rows) == member_count<TrafficClass>() - 1, "all but the name");

}  // namespace

template <>
std::span<const Key<Match>> keys_of<Match>() {
    return match_rows;
}

template <>
std::span<const Key<TrafficClass>> keys_of<TrafficClass>() {
    return rows;
}

}  // namespace ropewalk::config::schema
