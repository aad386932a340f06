#pragma once

#include <cstdint>
#include <vector>

#include "config/region/layout.hpp"

namespace ropewalk::control::publication {

/// A copy of the published snapshot, verified; empty when nothing is published or what is published is damaged.
/// Control may publish again meanwhile, so it is only for those who look on.
std::vector<std::uint8_t> copy_published_snapshot(const config::region::ControlSection& section);

}  // namespace ropewalk::control::publication
