#pragma once

#include <array>
#include <cstdint>

#include "config/region/limits.hpp"

namespace ropewalk::dataplane::tunnel {

/// What a tunnel's paths may be used for now; bit i of a set is the tunnel's i-th path.
struct LivePaths {
    using Indices = std::array<std::uint8_t, config::region::max_paths_per_tunnel>;

    std::uint32_t reachable = 0;  ///< paths that something can be sent on: control's messages, probes
    std::uint32_t carrying = 0;   ///< of these, those that traffic may be sent on
    std::uint32_t fit = 0;        ///< of these, those that are fit for it
    std::uint32_t suspect = 0;    ///< of the carrying ones, those that may be dying
    std::uint32_t idle = 0;       ///< of the reachable ones, those that carry traffic only while no other one is fit
    /// All paths, the best first; filled in where the tunnel's classes ask for the best.
    Indices by_rank;
};

}  // namespace ropewalk::dataplane::tunnel
