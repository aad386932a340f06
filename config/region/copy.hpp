#pragma once

#include <cstdint>
#include <vector>

#include "config/region/layout.hpp"
#include "config/result.hpp"

namespace ropewalk::config::region {

/// A private, verified copy of a published snapshot: what was checked cannot change afterwards.
Result<std::vector<std::uint8_t>> copy_snapshot(const ControlSection& section, const Publication& publication);

}  // namespace ropewalk::config::region
