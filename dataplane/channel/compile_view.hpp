#pragma once

#include <memory>

#include "config/region/view.hpp"
#include "config/result.hpp"
#include "dataplane/channel/compiled_routes.hpp"
#include "dataplane/channel/port_addresses.hpp"
#include "dataplane/channel/tunnel_registry.hpp"
#include "dataplane/view/config_view.hpp"

namespace ropewalk::dataplane::channel {

/// Compiles a verified snapshot: headers written, classes made tables. Expanded keys come from `registry` and the
/// routes from `routes`, which make only those that are new. `port_addresses` are those of the running ports. Fails
/// when the ids of a tunnel's keys stood for others before.
Result<std::unique_ptr<view::ConfigView>> compile_view(const config::region::View& snapshot,
                                                       const PortAddresses& port_addresses, TunnelRegistry& registry,
                                                       CompiledRoutes& routes);

}  // namespace ropewalk::dataplane::channel
