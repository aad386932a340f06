#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "config/codes.hpp"
#include "config/schema/notes.hpp"
#include "config/schema/wording.hpp"
#include "config/schema/yaml_tree.hpp"

namespace ropewalk::config::schema {

/// Reads one map with known keys, noting keys that are unknown, stand twice, are missing, or have the wrong kind of
/// value. A value with a problem leaves its target untouched.
class MapReader {
public:
    /// `key` is the dotted key of the map, empty for the whole file.
    MapReader(const YamlNode& map, std::string key, std::vector<std::string> known_keys, Notes& notes);

    /// The value of a key, or nullptr; an empty value counts as absent.
    const YamlNode* find(std::string_view name) const;
    std::string key_of(std::string_view name) const;
    bool has(std::string_view name) const { return find(name) != nullptr; }
    void require(std::string_view name, const std::string& allowed) const;
    /// The same for a list or map, which must not be empty either.
    void require_members(std::string_view name, const std::string& allowed) const;

    /// `parse` takes the text and gives an optional value for `target`.
    template <class Target, class Parse>
    void read(std::string_view name, Target& target, Parse parse, const std::string& allowed) const {
        if (const YamlNode* const node = find(name)) read_node(*node, key_of(name), target, parse, allowed);
    }

    /// One of the words of an enumeration.
    template <class Enum>
    void read_word(std::string_view name, Enum& target) const {
        std::vector<std::string> all;
        for (const auto& word : words<Enum>) all.emplace_back(word.text);
        const YamlNode* const node = find(name);
        const std::string advice = node != nullptr ? hint(node->text, all) : "";
        read(name, target, parse_word<Enum>, advice + listed(all));
    }

    /// Every item of a list by `parse`, in order; those with a problem are left out.
    template <class Item, class Parse>
    void read_list(std::string_view name, std::vector<Item>& target, Parse parse, const std::string& allowed) const {
        for_each_item(name, allowed, [&](const YamlNode& node, const std::string& key) {
            Item item{};
            if (read_node(node, key, item, parse, allowed)) target.push_back(std::move(item));
        });
    }

    using Visit = std::function<void(const YamlNode&, const std::string& key)>;
    void for_each_item(std::string_view name, const std::string& allowed, const Visit& visit) const;

    /// The members of a map from names to `what`, `ports` for example: notes names that are malformed or stand twice.
    using VisitNamed = std::function<void(const std::string& name, const YamlNode&, const std::string& key)>;
    void for_each_named(std::string_view name, const std::string& what, const VisitNamed& visit) const;

    Notes& notes() const { return notes_; }

private:
    template <class Target, class Parse>
    bool read_node(const YamlNode& node, const std::string& key, Target& target, Parse parse,
                   const std::string& allowed) const {
        if (node.kind == YamlNode::Kind::scalar) {
            if (auto value = parse(std::string_view(node.text))) {
                target = std::move(*value);
                return true;
            }
        }
        notes_.problem(key, description_of(node), allowed);
        return false;
    }

    const YamlNode& map_;
    std::string key_;
    Notes& notes_;
};

/// Up to 31 of a-z, 0-9, '-' and '_', the first a letter or digit.
bool is_name(std::string_view text);
inline constexpr const char* name_rule = "1 to 31 of a-z, 0-9, '-' and '_', starting with a letter or a digit";

}  // namespace ropewalk::config::schema
