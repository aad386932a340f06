#include "config/snapshot/orders.hpp"

#include "config/region/inner_mtu.hpp"

namespace ropewalk::config::snapshot {

using region::PathOrder;
using region::PathUse;
using region::TunnelOrder;

StandingOrders standing_orders(const region::View& view, const region::ControlSection& control) {
    StandingOrders orders;
    for (const auto& path : view.paths()) {
        orders.paths.push_back(control.path_orders[path.slot].load());
        orders.health.push_back(control.path_health[path.slot].load());
    }
    const std::vector<std::uint16_t> least_inner_mtus = region::least_inner_mtus(view);
    for (std::size_t i = 0; i < view.tunnels().size(); ++i) {
        const region::TunnelRecord& tunnel = view.tunnels()[i];
        const region::TunnelOrders& cell = control.tunnel_orders[tunnel.slot];
        orders.tunnels.push_back({cell.tx_shards(tunnel.rx_key_id, region::max_shards), cell.load().key_tag,
                                  cell.inner_mtu(least_inner_mtus[i], tunnel.inner_mtu)});
    }
    return orders;
}

void write_orders(const schema::Gateway& gateway, const Resolved& resolved, region::ControlSection& control) {
    for (const schema::Tunnel& tunnel : gateway.tunnels) {
        control.tunnel_orders[resolved.tunnel_slots.at(tunnel.name)].store(
            {1, TunnelOrder::tag_of(resolved.keys.at(tunnel.name).rx_key_id)});
        for (const schema::Path& path : tunnel.paths)
            control.path_orders[resolved.path_slots.at(path_key(tunnel, path))].store(
                path.next_hop ? PathOrder{PathUse::use, path.next_hop->bytes} : PathOrder{});
    }
}

}  // namespace ropewalk::config::snapshot
