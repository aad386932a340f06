#pragma once

#include <string>

#include "config/schema/notes.hpp"
#include "config/schema/yaml_tree.hpp"
#include "tests/lab/wanem/link_settings.hpp"

namespace ropewalk::tests::lab::wanem {

/// Reads the map of one direction over settings that hold already: a key that is absent leaves its setting as it is.
void read_link(const config::schema::YamlNode& node, const std::string& key, LinkSettings& settings,
               config::schema::Notes& notes);

}  // namespace ropewalk::tests::lab::wanem
