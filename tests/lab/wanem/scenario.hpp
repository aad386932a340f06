#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/schema/yaml_tree.hpp"
#include "tests/lab/wanem/line_settings.hpp"

namespace ropewalk::tests::lab::wanem {

/// A whole file: the line at the start and what changes when.
struct Scenario {
    /// A change stays the map it was read from: it is laid over the settings that hold when its time has come, which
    /// may have been changed by hand since.
    struct Change {
        Duration at{};
        config::schema::YamlNode what;
    };

    std::string near, far;  ///< interfaces; empty when the command line names them
    std::uint64_t seed = 1;
    LineSettings settings;
    std::vector<Change> timeline;    ///< in the order of time
    std::optional<Duration> repeat;  ///< after this time the timeline starts over
};

}  // namespace ropewalk::tests::lab::wanem
