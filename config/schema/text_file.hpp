#pragma once

#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "config/schema/notes.hpp"
#include "config/schema/problem.hpp"
#include "config/schema/yaml_tree.hpp"

namespace ropewalk::config::schema {

/// The content of a file, which must be an ordinary one of a size that a person could have written.
tl::expected<std::string, Problems> read_text_file(const std::string& path);

/// The one document of a text that came from a file; empty, with a problem noted, when it is too large, no text, or no
/// YAML.
std::optional<YamlNode> parse_text_file(const std::string& text, Notes& notes);

}  // namespace ropewalk::config::schema
