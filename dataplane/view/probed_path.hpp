#pragma once

#include <cstdint>

namespace ropewalk::dataplane::view {

/// A path whose tunnel has control messages, so that its health can be measured by probes.
struct ProbedPath {
    std::uint32_t slot;
    std::uint32_t tunnel;  ///< index into the view's tunnels
    std::uint16_t path;    ///< index into the tunnel's paths
};

}  // namespace ropewalk::dataplane::view
