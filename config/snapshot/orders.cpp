#include "config/snapshot/orders.hpp"

namespace ropewalk::config::snapshot {

namespace {

region::PathOrder order_of(const schema::Tunnel& tunnel, const schema::Path& path, const Resolved& resolved) {
    if (path.next_hop) return {region::PathUse::use, path.next_hop->bytes};
    const auto found = resolved.next_hops.find(path_key(tunnel, path));
    return found == resolved.next_hops.end() ? region::PathOrder{}
                                             : region::PathOrder{region::PathUse::use, found->second.bytes};
}

region::TunnelOrder order_of(std::uint64_t rx_key_id, const Resolved& resolved) {
    const auto known = resolved.tx_shards.find(rx_key_id);
    const std::uint8_t shards = known == resolved.tx_shards.end() ? std::uint8_t{1} : known->second;
    return {shards, region::TunnelOrder::tag_of(rx_key_id)};
}

}  // namespace

void write_orders(const schema::Gateway& gateway, const Resolved& resolved, region::ControlSection& control) {
    for (const schema::Tunnel& tunnel : gateway.tunnels) {
        const std::uint64_t rx_key_id = resolved.keys.at(tunnel.name).rx_key_id;
        control.tunnel_orders[resolved.tunnel_slots.at(tunnel.name)].store(order_of(rx_key_id, resolved));
        for (const schema::Path& path : tunnel.paths)
            control.path_orders[resolved.path_slots.at(path_key(tunnel, path))].store(order_of(tunnel, path, resolved));
    }
}

}  // namespace ropewalk::config::snapshot
