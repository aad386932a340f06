#pragma once

#include <string>

#include <tl/expected.hpp>

#include "config/schema/gateway.hpp"
#include "config/schema/problem.hpp"

namespace ropewalk::config::schema {

/// Reads and validates the YAML file; on failure every problem found, never only the first. Relative key files come
/// back relative to the folder of the YAML file.
tl::expected<Gateway, Problems> read_gateway_file(const std::string& path);

/// The same for text already in memory; `file` is only the name shown in problems.
tl::expected<Gateway, Problems> read_gateway_text(const std::string& text, const std::string& file);

}  // namespace ropewalk::config::schema
