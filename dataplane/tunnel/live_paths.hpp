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
    std::uint32_t reserved = 0;   ///< those that carry only what prefers them, while another one is fit
    /// All paths, the best first; filled in where the tunnel's classes ask for the best.
    Indices by_rank;

    /// Of these paths all but the reserved ones; all where none of those others is fit.
    std::uint32_t unreserved(std::uint32_t paths) const {
        const std::uint32_t others = paths & ~reserved;
        return (others & fit) != 0 ? others : paths;
    }
};

}  // namespace ropewalk::dataplane::tunnel
