#include "control/policy/orders.hpp"

namespace ropewalk::control::policy {

using config::region::PathOrder;
using config::region::PathUse;
using config::region::TunnelOrder;

namespace {

/// Until health is measured, a path is used as soon as it has a next hop.
PathOrder order_of(const paths::PathTable::Path& path) {
    const auto& mac = path.next_hop.mac;
    return mac ? PathOrder{PathUse::use, mac->bytes} : PathOrder{};
}

/// True when that is another order than the one that stands.
template <class Order>
bool write(std::uint32_t slot, const Order& order, std::map<std::uint32_t, Order>& standing,
           std::map<std::uint32_t, Order>& writes) {
    const auto [cell, is_new] = standing.try_emplace(slot, order);
    if (!is_new && cell->second == order) return false;
    cell->second = order;
    writes[slot] = order;
    return true;
}

}  // namespace

void Orders::run(const config::schema::Gateway& gateway, const config::snapshot::Resolved& resolved,
                 const paths::PathTable& paths, const InnerMtus& inner_mtus, const peers::Peers& peers,
                 std::uint64_t now_ns, OrderWrites& writes, events::Events& events) {
    for (const auto& [slot, path] : paths.paths()) write(slot, order_of(path), standing_.paths, writes.paths);
    for (const auto& tunnel : gateway.tunnels) {
        const std::uint32_t slot = resolved.tunnel_slots.at(tunnel.name);
        TunnelOrder order{1, TunnelOrder::tag_of(resolved.keys.at(tunnel.name).rx_key_id), inner_mtus.of(slot).bytes};
        const auto before = standing_.tunnels.find(slot);
        // While nothing is heard, what an earlier control heard under the same key holds.
        if (before != standing_.tunnels.end() && before->second.key_tag == order.key_tag)
            order.tx_shards = before->second.tx_shards;
        const std::uint8_t told = order.tx_shards;
        order.tx_shards = peers.shards(slot).value_or(told);
        write(slot, order, standing_.tunnels, writes.tunnels);
        if (order.tx_shards == told) continue;
        Telling& telling = telling_[slot];
        if (telling.damper.admits(now_ns))
            events.push_back(
                {slot, events::Event::none,
                 events::PeerShardsLearnt{tunnel.peer, order.tx_shards, std::exchange(telling.untold, 0)}});
        else
            ++telling.untold;
    }
}

}  // namespace ropewalk::control::policy
