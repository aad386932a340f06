#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/schema/notes.hpp"

namespace ropewalk::config::schema {

/// One value of a YAML text, with all keys of a map as they stand there, twice where they stand twice.
struct YamlNode {
    /// Aliases and tags are not followed but kept as what they are, so that no text can grow while it is read.
    enum class Kind : std::uint8_t { nothing, scalar, list, map, alias, tagged };

    Kind kind = Kind::nothing;
    int line = 0;                 ///< 1-based, where it begins
    std::string text;             ///< of a scalar
    std::vector<YamlNode> keys;   ///< of a map
    std::vector<YamlNode> items;  ///< of a list; of a map the values, in the order of its keys
};

/// `'text'`, `nothing`, `a list`, `a map`, `an alias`, `a tagged value`.
std::string description_of(const YamlNode& node);

/// The one document of a YAML text; empty, with a problem noted, when it cannot be parsed or nests too deep.
std::optional<YamlNode> parse_yaml(const std::string& text, Notes& notes);

}  // namespace ropewalk::config::schema
