#pragma once

#include <array>
#include <cstdint>

#include "config/region/limits.hpp"
#include "dataplane/tunnel/live_paths.hpp"

namespace ropewalk::dataplane::burst {

/// What control ordered for one tunnel when its burst was looked at: loaded once, so that all of the burst goes by the
/// same orders.
struct LiveOrders {
    using NextHop = std::array<std::uint8_t, 6>;

    tunnel::LivePaths paths;
    std::uint8_t tx_shards = 1;  ///< UDP ports of the peer to choose from, on every path
    /// Ethernet addresses, by index of the path; meaningful where the path is reachable.
    std::array<NextHop, config::region::max_paths_per_tunnel> next_hops;
};

}  // namespace ropewalk::dataplane::burst
