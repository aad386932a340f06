#pragma once

#include <algorithm>
#include <cstdint>

#include "config/region/layout.hpp"
#include "dataplane/burst/tunnel_burst.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/view/tunnel_view.hpp"

namespace ropewalk::dataplane::stages {

/// What control orders for the tunnel and its paths now. Each cell is read once; a value that means nothing orders
/// nothing to be sent.
inline void load_orders(const view::TunnelView& tunnel, const config::region::ControlSection& control,
                        burst::LiveOrders& live) {
    live.tx_shards = control.tunnel_orders[tunnel.slot].tx_shards(tunnel.rx_key_id, tunnel.most_tx_shards);
    live.usable = 0;
    for (std::size_t i = 0; i < tunnel.paths.size(); ++i) {
        const config::region::PathOrder order = control.path_orders[tunnel.paths[i].slot].load();
        live.next_hops[i] = order.next_hop;
        live.usable |= std::uint32_t{order.use == config::region::PathUse::use} << i;
    }
}

/// Drops no_path.
inline void drop_those_without_path(burst::TunnelBurst& burst, Context& context) {
    std::uint16_t kept = 0;
    for (std::uint16_t i = 0; i < burst.count; ++i)
        if (burst.paths[i] == 0)
            context.drop(config::region::DropReason::no_path, burst.packets[i]);
        else
            burst.move(i, kept++);
    burst.count = kept;
}

/// Takes one tunnel's packets with their classes; hands them on with the paths that the mode of the class and the
/// orders of this moment leave them, and with these orders. Drops no_path.
inline void choose_paths(burst::TunnelBurst& burst, Context& context) {
    const view::TunnelView& tunnel = *burst.tunnel;
    load_orders(tunnel, context.control, burst.orders);
    const std::uint32_t usable = burst.orders.usable;
    bool some_without_path = false;
    if (tunnel.classes.empty()) {
        const std::uint32_t paths = tunnel.choices[tunnel::ClassTable::in_none].of(usable);
        std::fill_n(burst.paths.begin(), burst.count, paths);
        some_without_path = paths == 0;
    } else {
        for (std::uint16_t i = 0; i < burst.count; ++i) {
            burst.paths[i] = tunnel.choices[burst.matched_class[i]].of(usable);
            some_without_path |= burst.paths[i] == 0;
        }
    }
    if (some_without_path) [[unlikely]]
        drop_those_without_path(burst, context);
}

}  // namespace ropewalk::dataplane::stages
