#pragma once

#include "config/schema/gateway.hpp"
#include "config/schema/map_reader.hpp"

namespace ropewalk::config::schema {

/// From the tree of a whole file to the structs: kinds of values, words and units. What the values mean together is
/// for validate().
Gateway read_gateway(const YamlNode& root, Notes& notes);

/// Which keys a port has depends on its driver.
Port read_port(const std::string& name, std::size_t position, const YamlNode& node, const std::string& key,
               Notes& notes);

}  // namespace ropewalk::config::schema
