#pragma once

#include <string>

#include <tl/expected.hpp>

#include "config/schema/problem.hpp"
#include "tests/lab/wanem/scenario.hpp"

namespace ropewalk::tests::lab::wanem {

/// Every problem at once.
tl::expected<Scenario, config::schema::Problems> read_scenario_file(const std::string& path);
tl::expected<Scenario, config::schema::Problems> read_scenario_text(const std::string& text, const std::string& file);

/// Lays a change over settings: `both`, `upload`, `download`, `nat`, `relay`. `key` is that of the map; `at` is
/// allowed in it when it comes from a timeline.
void read_change(const config::schema::YamlNode& node, const std::string& key, LineSettings& settings,
                 config::schema::Notes& notes);

/// A change by hand, as one line of JSON (which is YAML as well).
tl::expected<LineSettings, config::schema::Problems> read_change_text(const std::string& text,
                                                                      const LineSettings& settings);

}  // namespace ropewalk::tests::lab::wanem
