#include "config/schema/map_reader.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "config/region/records.hpp"

namespace ropewalk::config::schema {
namespace {

std::string join_key(const std::string& key, std::string_view name) {
    return key.empty() ? shown(name) : key + "." + shown(name);
}

/// Calls `visit` with each key that is a text and stands there for the first time; notes the others.
void for_each_key(const YamlNode& map, const std::string& key, Notes& notes,
                  const std::function<void(const YamlNode& name, const YamlNode& value)>& visit) {
    std::unordered_map<std::string_view, int> first_lines;
    for (std::size_t i = 0; i < map.keys.size(); ++i) {
        const YamlNode& name = map.keys[i];
        if (name.kind != YamlNode::Kind::scalar) {
            notes.problem_on(name.line, key, description_of(name) + " as a key", "a word as a key");
            continue;
        }
        const std::string full = join_key(key, name.text);
        const auto [first, is_new] = first_lines.emplace(name.text, name.line);
        if (!is_new) {
            notes.problem_on(name.line, full, fmt::format("a second time, first on line {}", first->second), "once");
            continue;
        }
        notes.remember(full, name.line);
        visit(name, map.items[i]);
    }
}

}  // namespace

MapReader::MapReader(const YamlNode& map, std::string key, std::vector<std::string> known_keys, Notes& notes)
    : map_(map), key_(std::move(key)), notes_(notes) {
    if (map.kind != YamlNode::Kind::map && map.kind != YamlNode::Kind::nothing) {
        notes.problem(key_, description_of(map), "a map with the keys " + listed(known_keys));
        return;
    }
    for_each_key(map, key_, notes, [&](const YamlNode& name, const YamlNode&) {
        if (std::ranges::find(known_keys, name.text) != known_keys.end()) return;
        notes.problem_on(name.line, join_key(key_, name.text), "an unknown key",
                         hint(name.text, known_keys) + "the keys here are " + listed(known_keys));
    });
}

const YamlNode* MapReader::find(std::string_view name) const {
    const auto key = std::ranges::find_if(
        map_.keys, [&](const YamlNode& node) { return node.kind == YamlNode::Kind::scalar && node.text == name; });
    if (key == map_.keys.end()) return nullptr;
    const YamlNode& value = map_.items[static_cast<std::size_t>(key - map_.keys.begin())];
    return value.kind == YamlNode::Kind::nothing ? nullptr : &value;
}

std::string MapReader::key_of(std::string_view name) const {
    return join_key(key_, name);
}

void MapReader::require(std::string_view name, const std::string& allowed) const {
    const bool readable = map_.kind == YamlNode::Kind::map || map_.kind == YamlNode::Kind::nothing;
    if (readable && find(name) == nullptr) notes_.problem(key_of(name), "nothing", allowed);
}

void MapReader::require_members(std::string_view name, const std::string& allowed) const {
    require(name, allowed);
    const YamlNode* const node = find(name);
    const bool holds_members = node != nullptr && node->kind != YamlNode::Kind::scalar;
    if (holds_members && node->items.empty()) notes_.problem(key_of(name), "no members", allowed);
}

void MapReader::for_each_item(std::string_view name, const std::string& allowed, const Visit& visit) const {
    const YamlNode* const list = find(name);
    if (list == nullptr) return;
    if (list->kind != YamlNode::Kind::list) {
        notes_.problem(key_of(name), description_of(*list), fmt::format("a list of {}", allowed));
        return;
    }
    for (std::size_t i = 0; i < list->items.size(); ++i) {
        const std::string key = fmt::format("{}[{}]", key_of(name), i);
        notes_.remember(key, list->items[i].line);
        visit(list->items[i], key);
    }
}

void MapReader::for_each_named(std::string_view name, const std::string& what, const VisitNamed& visit) const {
    const YamlNode* const map = find(name);
    if (map == nullptr) return;
    if (map->kind != YamlNode::Kind::map) {
        notes_.problem(key_of(name), description_of(*map), fmt::format("a map from names to {}", what));
        return;
    }
    for_each_key(*map, key_of(name), notes_, [&](const YamlNode& member, const YamlNode& value) {
        const std::string key = join_key(key_of(name), member.text);
        if (!is_name(member.text)) notes_.problem(key, in_quotes(member.text) + " as a name", name_rule);
        visit(member.text, value, key);
    });
}

bool is_name(std::string_view text) {
    const auto is_alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    return !text.empty() && text.size() < sizeof(region::Name) && is_alphanumeric(text.front()) &&
           std::ranges::all_of(text, [&](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; });
}

}  // namespace ropewalk::config::schema
