#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "dataplane/tunnel/inner_routes.hpp"
#include "dataplane/view/endpoint_view.hpp"
#include "dataplane/view/spi_table.hpp"
#include "dataplane/view/tunnel_view.hpp"

namespace ropewalk::dataplane::view {

/// A verified snapshot, compiled for the workers: immutable, made and freed by the main lcore, read by workers.
struct ConfigView {
    std::uint64_t generation = 0;
    std::vector<TunnelView> tunnels;
    std::shared_ptr<const tunnel::InnerRoutes> routes;  ///< shared by views whose prefixes are the same
    SpiTable spis;
    std::vector<std::vector<EndpointView>> endpoints_by_port;
    /// Tunnel index by tunnel slot, for injected messages; none where the slot is unused.
    std::vector<std::uint32_t> tunnel_by_slot;
};

}  // namespace ropewalk::dataplane::view
