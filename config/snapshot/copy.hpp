#pragma once

#include <cstdint>
#include <vector>

#include "config/result.hpp"
#include "config/snapshot/layout.hpp"

namespace ropewalk::dataplane::channel {

/// A private, verified copy of a published snapshot: what was checked cannot change afterwards.
Result<std::vector<std::uint8_t>> copy_snapshot(const config::snapshot::ControlSection& section,
                                                const config::snapshot::Publication& publication);

}  // namespace ropewalk::dataplane::channel
