#pragma once

#include "config/schema/gateway.hpp"
#include "config/schema/map_reader.hpp"

namespace ropewalk::config::schema {

/// From the tree of a whole file to the structs: kinds of values, words and units. What the values mean together is
/// for validate().
Gateway read_gateway(const YamlNode& root, Notes& notes);

Port read_port(const std::string& name, const YamlNode& node, const std::string& key, Notes& notes);
Tunnel read_tunnel(const std::string& name, const YamlNode& node, const std::string& key, Notes& notes);
TrafficClass read_class(const std::string& name, const YamlNode& node, const std::string& key, Notes& notes);

}  // namespace ropewalk::config::schema
