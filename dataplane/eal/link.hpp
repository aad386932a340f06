#pragma once

#include <cstdint>

#include "config/region/layout.hpp"

namespace ropewalk::dataplane::eal {

/// What a device says of its line.
struct Link {
    config::region::LinkCode code = config::region::LinkCode::unknown;
    std::uint32_t speed_mbit = 0;  ///< 0: down, or it does not say
};

}  // namespace ropewalk::dataplane::eal
