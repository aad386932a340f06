#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "config/region/limits.hpp"
#include "dataplane/tunnel/inner_routes.hpp"
#include "dataplane/view/endpoint_view.hpp"
#include "dataplane/view/probed_path.hpp"
#include "dataplane/view/spi_table.hpp"
#include "dataplane/view/tunnel_view.hpp"

namespace ropewalk::dataplane::view {

/// A verified snapshot, compiled for the workers: immutable, made and freed by the main lcore, read by workers.
struct ConfigView {
    std::uint64_t generation = 0;
    std::vector<TunnelView> tunnels;
    std::shared_ptr<const tunnel::InnerRoutes> routes;  ///< shared by views whose prefixes are the same
    SpiTable spis;
    /// Slots of the ports that copies may come by, in the order of the snapshot. A port has its slot as long as it
    /// lives, whatever others come and go.
    std::vector<std::uint16_t> wan_ports;
    std::array<std::vector<EndpointView>, config::region::max_ports> endpoints_by_port;  ///< by slot
    std::vector<EndpointView> endpoints;                                                 ///< of all ports
    std::vector<ProbedPath> probed_paths;
    /// Tunnel index by tunnel slot, for injected messages; none where the slot is unused.
    std::vector<std::uint32_t> tunnel_by_slot;
};

/// The headers of all paths on the port of a slot say that they come from this Ethernet address. Not of a view that
/// workers have.
inline void set_port_address(ConfigView& view, std::size_t slot, const std::array<std::uint8_t, 6>& address) {
    for (TunnelView& tunnel : view.tunnels)
        for (PathView& path : tunnel.paths)
            if (path.port == slot) tunnel::set_source(path.header, address);
}

}  // namespace ropewalk::dataplane::view
