#pragma once

#include <cstdint>
#include <map>

#include "config/region/layout.hpp"

namespace ropewalk::control::paths {

/// The link of a port, as the dataplane saw it last.
struct PortSight {
    config::region::LinkCode link = config::region::LinkCode::unknown;
    config::region::LinkReason reason = config::region::LinkReason::none;
};

/// What one look at a running dataplane's section showed of all ports.
struct PathSights {
    /// CLOCK_MONOTONIC, up to when its workers can have heard something; 0: nobody has looked, or it does not run.
    std::uint64_t seen_ns = 0;
    std::map<std::uint32_t, PortSight> ports;  ///< by port slot
};

}  // namespace ropewalk::control::paths
