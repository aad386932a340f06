#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "config/region/heard.hpp"
#include "config/region/layout.hpp"
#include "dataplane/burst/tunnel_burst.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/view/tunnel_view.hpp"

namespace ropewalk::dataplane::stages {

/// The order's, as far as it holds: while no control lives, a path that nothing is heard by is fit no longer.
inline config::region::PathUse use_of(const config::region::PathOrder& order, std::uint32_t slot,
                                      const Context& context) {
    using config::region::PathUse;
    if (!context.is_unattended || order.silence_us == 0) [[likely]]
        return order.use;
    if (order.use != PathUse::use && order.use != PathUse::suspect) return order.use;
    const std::uint64_t heard_ns = order.probe_interval_us != 0
                                       ? newest_probe_ns(context.section, slot, context.workers)
                                       : newest_heard_ns(context.section, slot, context.workers);
    return heard_ns + std::uint64_t{1000} * order.silence_us < context.now_ns ? PathUse::spare : order.use;
}

/// Sets the paths of a tunnel in the order of their ranks. Ranks that are absurd, or given twice, cost nothing but the
/// order.
inline void sort_by_rank(std::span<const std::uint8_t> ranks, tunnel::LivePaths& live) {
    for (std::uint8_t i = 0; i < ranks.size(); ++i) {
        std::uint8_t at = i;
        for (; at > 0 && ranks[live.by_rank[at - 1]] > ranks[i]; --at) live.by_rank[at] = live.by_rank[at - 1];
        live.by_rank[at] = i;
    }
    // An index of no path stands for none in a class.
    for (std::size_t i = ranks.size(); i < live.by_rank.size(); ++i) live.by_rank[i] = live.by_rank[0];
}

/// What control orders for the tunnel and its paths now. Each cell is read once; a value that means nothing orders
/// nothing to be sent.
inline void load_orders(const view::TunnelView& tunnel, const Context& context, burst::LiveOrders& orders) {
    const config::region::ControlSection& control = context.control;
    tunnel::LivePaths& live = orders.paths;
    orders.tx_shards = control.tunnel_orders[tunnel.slot].tx_shards(tunnel.rx_key_id, tunnel.most_tx_shards);
    std::array<std::uint8_t, config::region::max_paths_per_tunnel> ranks;
    live.fit = live.suspect = live.reserved = 0;
    std::uint32_t spare = 0, drained = 0;
    using config::region::PathUse;
    for (std::size_t i = 0; i < tunnel.paths.size(); ++i) {
        const config::region::PathOrder order = control.path_orders[tunnel.paths[i].slot].load();
        orders.next_hops[i] = order.next_hop;
        ranks[i] = order.rank;
        const PathUse use = use_of(order, tunnel.paths[i].slot, context);
        live.fit |= std::uint32_t{use == PathUse::use} << i;
        live.suspect |= std::uint32_t{use == PathUse::suspect} << i;
        live.reserved |= std::uint32_t{order.is_reserved} << i;
        spare |= std::uint32_t{use == PathUse::spare} << i;
        drained |= std::uint32_t{use == PathUse::drain} << i;
    }
    live.carrying = live.fit | live.suspect | spare;
    live.reachable = live.carrying | drained;
    if (tunnel.asks_for_the_best) sort_by_rank({ranks.data(), tunnel.paths.size()}, live);
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
    load_orders(tunnel, context, burst.orders);
    bool some_without_path = false;
    if (tunnel.classes.empty()) {
        const std::uint32_t paths = tunnel.choices[tunnel::ClassTable::in_none].of(burst.orders.paths);
        std::fill_n(burst.paths.begin(), burst.count, paths);
        some_without_path = paths == 0;
    } else {
        std::uint16_t chosen_for = tunnel::ClassTable::in_none;
        std::uint32_t paths = tunnel.choices[chosen_for].of(burst.orders.paths);
        for (std::uint16_t i = 0; i < burst.count; ++i) {
            if (burst.matched_class[i] != chosen_for) {
                chosen_for = burst.matched_class[i];
                paths = tunnel.choices[chosen_for].of(burst.orders.paths);
            }
            burst.paths[i] = paths;
            some_without_path |= paths == 0;
        }
    }
    if (some_without_path) [[unlikely]]
        drop_those_without_path(burst, context);
}

}  // namespace ropewalk::dataplane::stages
