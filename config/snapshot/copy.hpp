#pragma once

#include <cstdint>
#include <vector>

#include "config/result.hpp"
#include "config/snapshot/layout.hpp"

namespace ropewalk::config::snapshot {

/// A private, verified copy of a published snapshot: what was checked cannot change afterwards.
Result<std::vector<std::uint8_t>> copy_snapshot(const ControlSection& section, const Publication& publication);

}  // namespace ropewalk::config::snapshot
