#pragma once

#include <map>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"

namespace ropewalk::control::reload {

/// A whole configuration: the YAML and the keys that its key files yield.
struct Configuration {
    config::schema::Gateway gateway;
    std::map<std::string, config::snapshot::TunnelKeys> keys;  ///< by tunnel name
};

/// Everything that is wrong with a configuration, one sentence each.
using ProblemLines = std::vector<std::string>;

/// Reads the YAML file and its key files; on failure every problem there is.
tl::expected<Configuration, ProblemLines> load_configuration(const std::string& file);

/// Reads the key files of a valid YAML. Two tunnels must not have the same keys: their sequence numbers would meet.
tl::expected<std::map<std::string, config::snapshot::TunnelKeys>, ProblemLines> load_keys(
    const config::schema::Gateway& gateway, const std::string& file);

}  // namespace ropewalk::control::reload
