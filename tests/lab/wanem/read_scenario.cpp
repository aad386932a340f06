#include "tests/lab/wanem/read_scenario.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

#include "config/number.hpp"
#include "config/schema/map_reader.hpp"
#include "config/schema/text_file.hpp"
#include "tests/lab/wanem/read_link.hpp"

namespace ropewalk::tests::lab::wanem {
namespace {

using config::schema::MapReader;
using config::schema::Notes;
using config::schema::Problems;
using config::schema::YamlNode;

constexpr const char* relay_rule = "off, or an address and a UDP port such as 198.51.100.9:5000";
const std::vector<std::string> change_keys{"both", "upload", "download", "nat", "relay"};

std::vector<std::string> change_keys_and(std::vector<std::string> others) {
    others.insert(others.end(), change_keys.begin(), change_keys.end());
    return others;
}

std::optional<std::string> parse_interface(std::string_view text) {
    constexpr std::size_t longest = 15;
    const bool fits = !text.empty() && text.size() <= longest && text.find_first_of(" /:") == std::string_view::npos;
    return fits ? std::optional(std::string(text)) : std::nullopt;
}

std::optional<std::optional<config::schema::Endpoint>> parse_relay(std::string_view text) {
    if (text == "off") return std::optional<config::schema::Endpoint>{};
    const auto endpoint = config::schema::parse_endpoint(text);
    if (!endpoint) return std::nullopt;
    return endpoint;
}

/// The line under the keys of `map`, laid over `settings`; `both` first, so that one direction can differ.
void read_line(const MapReader& map, LineSettings& settings, Notes& notes) {
    if (const YamlNode* const node = map.find("both")) {
        read_link(*node, map.key_of("both"), settings.upload, notes);
        // The same text again: its problems are known already.
        Notes known("");
        read_link(*node, map.key_of("both"), settings.download, known);
    }
    if (const YamlNode* const node = map.find("upload")) read_link(*node, map.key_of("upload"), settings.upload, notes);
    if (const YamlNode* const node = map.find("download"))
        read_link(*node, map.key_of("download"), settings.download, notes);
    map.read(
        "nat", settings.nat_rebinds,
        [&](std::string_view text) {
            return text == "rebind" ? std::optional(settings.nat_rebinds + 1) : std::nullopt;
        },
        "rebind, which gives every flow a new source port");
    map.read("relay", settings.relay, parse_relay, relay_rule);
}

void read_repeat(const MapReader& map, Scenario& scenario, Notes& notes) {
    constexpr const char* repeat_rule = "a time from 1ms up, not before the last one of the timeline, such as 15s";
    map.read(
        "repeat", scenario.repeat,
        [](std::string_view text) -> std::optional<std::optional<Duration>> {
            const auto time = config::schema::parse_duration(text);
            if (!time || *time < std::chrono::milliseconds(1)) return std::nullopt;
            return time;
        },
        repeat_rule);
    if (!scenario.repeat) return;
    if (scenario.timeline.empty()) {
        notes.problem(map.key_of("repeat"), "nothing to repeat", "a timeline beside it");
    } else if (*scenario.repeat < scenario.timeline.back().at) {
        notes.problem(map.key_of("repeat"), config::schema::to_string(*scenario.repeat), repeat_rule);
    }
}

/// Reads the timeline with every change laid over what holds then, so that what contradicts it is found now.
void read_timeline(const MapReader& map, Scenario& scenario, Notes& notes) {
    constexpr const char* at_rule = "a time since the start such as 3s";
    LineSettings settings = scenario.settings;
    map.for_each_item(
        "timeline", "maps with at and what changes then", [&](const YamlNode& node, const std::string& key) {
            const MapReader entry(node, key, change_keys_and({"at"}), notes);
            Scenario::Change change{.at = {}, .what = node};
            entry.require("at", at_rule);
            entry.read("at", change.at, config::schema::parse_duration, at_rule);
            if (entry.has("at") && !scenario.timeline.empty() && change.at < scenario.timeline.back().at) {
                notes.problem(entry.key_of("at"), config::schema::to_string(change.at), "times in ascending order");
            }
            read_line(entry, settings, notes);
            scenario.timeline.push_back(std::move(change));
        });
    read_repeat(map, scenario, notes);
}

}  // namespace

tl::expected<Scenario, Problems> read_scenario_file(const std::string& path) {
    const auto text = config::schema::read_text_file(path);
    return text ? read_scenario_text(*text, path) : tl::make_unexpected(text.error());
}

tl::expected<Scenario, Problems> read_scenario_text(const std::string& text, const std::string& file) {
    Notes notes(file);
    const std::optional<YamlNode> root = config::schema::parse_text_file(text, notes);
    Scenario scenario;
    if (root) {
        const MapReader map(*root, "", change_keys_and({"near", "far", "seed", "timeline", "repeat"}), notes);
        constexpr const char* interface_rule = "the name of a kernel interface, up to 15 characters";
        map.read("near", scenario.near, parse_interface, interface_rule);
        map.read("far", scenario.far, parse_interface, interface_rule);
        map.read(
            "seed", scenario.seed,
            [](std::string_view number) {
                return config::parse_number<std::uint64_t>(number, 0, std::numeric_limits<std::uint64_t>::max());
            },
            "a number from 0 to 2^64 - 1");
        read_line(map, scenario.settings, notes);
        read_timeline(map, scenario, notes);
    }
    if (notes.has_problems()) return tl::make_unexpected(notes.take_problems());
    return scenario;
}

void read_change(const YamlNode& node, const std::string& key, LineSettings& settings, Notes& notes) {
    read_line(MapReader(node, key, change_keys_and({"at"}), notes), settings, notes);
}

tl::expected<LineSettings, Problems> read_change_text(const std::string& text, const LineSettings& settings) {
    Notes notes("request");
    LineSettings changed = settings;
    const std::optional<YamlNode> root = config::schema::parse_text_file(text, notes);
    if (root) read_line(MapReader(*root, "", change_keys, notes), changed, notes);
    if (notes.has_problems()) return tl::make_unexpected(notes.take_problems());
    return changed;
}

}  // namespace ropewalk::tests::lab::wanem
