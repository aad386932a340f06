#pragma once

#include <string>

#include <tl/expected.hpp>

#include "config/schema/problem.hpp"
#include "perf/wan/scenario.hpp"

namespace ropewalk::perf::wan {

/// Every problem at once.
tl::expected<Scenario, config::schema::Problems> read_scenario_file(const std::string& path);
tl::expected<Scenario, config::schema::Problems> read_scenario_text(const std::string& text, const std::string& file);

/// Lays a change over a setup: `both`, `upload`, `download`, `nat`, `relay`. `key` is that of the map; `at` is allowed
/// in it when it comes from a timeline.
void read_change(const config::schema::YamlNode& node, const std::string& key, Setup& setup,
                 config::schema::Notes& notes);

/// A change by hand, as one line of JSON (which is YAML as well).
tl::expected<Setup, config::schema::Problems> read_change_text(const std::string& text, const Setup& setup);

}  // namespace ropewalk::perf::wan
