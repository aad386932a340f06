#pragma once

#include <cstdint>

#include "control/paths/duty.hpp"

namespace ropewalk::control::paths {

/// What a metered path is wanted for now.
struct MeteredPath {
    std::uint32_t path_slot = 0;
    Duty duty = Duty::carries;
};

}  // namespace ropewalk::control::paths
