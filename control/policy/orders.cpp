#include "control/policy/orders.hpp"

#include <algorithm>

namespace ropewalk::control::policy {

using config::region::PathOrder;
using config::region::PathUse;
using config::region::TunnelOrder;

namespace {

PathUse use_of(paths::PathState state) {
    switch (state) {
        case paths::PathState::suspect:
        case paths::PathState::lossy:
            return PathUse::suspect;
        case paths::PathState::init:
        case paths::PathState::down:
            return PathUse::spare;
        default:
            return PathUse::use;
    }
}

std::uint32_t microseconds(std::uint64_t ns) {
    return static_cast<std::uint32_t>(ns / 1000);
}

PathOrder order_of(const paths::HealthTable::Entry& entry, const Orders::Known& known) {
    const auto path = known.paths.paths().find(entry.path_slot);
    if (path == known.paths.paths().end() || !path->second.next_hop.mac) return {};
    PathOrder order{.use = known.drains.is_drained(entry.path_slot) ? PathUse::drain : use_of(entry.health.state()),
                    .next_hop = path->second.next_hop.mac->bytes,
                    .rank = known.ranks.of(entry.path_slot),
                    .is_reserved = entry.duty != paths::Duty::carries};
    switch (entry.peer) {
        case paths::PeerHabit::unknown:
            break;
        case paths::PeerHabit::hellos:
            order.silence_us = microseconds(paths::PathHealth::hello_silence_ns);
            break;
        case paths::PeerHabit::probes:
            order.probe_interval_us = microseconds(entry.interval_ns);
            order.silence_us = microseconds(4 * std::max(entry.interval_ns, entry.look.probe.interval_ns()));
            break;
    }
    return order;
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

void Orders::follow_paths(const Known& known, OrderWrites& writes) {
    for (const paths::HealthTable::Entry& entry : known.health.entries()) {
        const std::uint32_t slot = entry.path_slot;
        write(slot, order_of(entry, known), standing_.paths, writes.paths);
        write(slot, entry.reception, standing_.receptions, writes.receptions);
        write(slot, entry.marks.lost(), standing_.marks_lost, writes.marks_lost);
    }
}

void Orders::run(const config::schema::Gateway& gateway, const config::snapshot::Resolved& resolved, const Known& known,
                 std::uint64_t now_ns, OrderWrites& writes, events::Events& events) {
    // Each of them only grows.
    const std::uint64_t version = known.health.version() + known.paths.version() + known.drains.version();
    if (std::exchange(followed_version_, version) != version) follow_paths(known, writes);
    for (const auto& tunnel : gateway.tunnels) {
        const std::uint32_t slot = resolved.tunnel_slots.at(tunnel.name);
        TunnelOrder order{1, TunnelOrder::tag_of(resolved.keys.at(tunnel.name).rx_key_id),
                          known.inner_mtus.of(slot).bytes};
        const auto before = standing_.tunnels.find(slot);
        // While nothing is heard, what an earlier control heard under the same key holds.
        if (before != standing_.tunnels.end() && before->second.key_tag == order.key_tag)
            order.tx_shards = before->second.tx_shards;
        const std::uint8_t told = order.tx_shards;
        order.tx_shards = known.peers.shards(slot).value_or(told);
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
