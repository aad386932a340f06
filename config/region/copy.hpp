#pragma once

#include <cstdint>
#include <vector>

#include "config/region/layout.hpp"
#include "config/result.hpp"

namespace ropewalk::config::region {

/// A private, verified copy of a published snapshot: what was checked cannot change afterwards.
Result<std::vector<std::uint8_t>> copy_snapshot(const ControlSection& section, const Publication& publication);

/// Whether control has wiped the keys of what it published last; a new control publishes again.
bool is_forgotten(const ControlSection& section, const Publication& publication);

/// The same as copy_snapshot for those who need no keys: also of what is forgotten, whose keys are worthless.
Result<std::vector<std::uint8_t>> copy_without_need_of_keys(const ControlSection& section,
                                                            const Publication& publication);

}  // namespace ropewalk::config::region
