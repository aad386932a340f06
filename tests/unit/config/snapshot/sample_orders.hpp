#pragma once

#include "config/snapshot/orders.hpp"

namespace ropewalk::tests::unit {

/// The first path may be used, and the first peer receives on four ports and packets of 1290 bytes. There are some more
/// than the snapshot has, for counts that a test changes.
inline config::snapshot::StandingOrders sample_orders(const config::region::View& view) {
    constexpr std::size_t more = 16;
    config::snapshot::StandingOrders orders;
    orders.paths.resize(view.paths().size() + more);
    orders.paths.front() = {config::region::PathUse::use, {2, 0, 0, 0, 0, 1}};
    orders.tunnels.resize(view.tunnels().size() + more);
    orders.tunnels.front().tx_shards = 4;
    orders.tunnels.front().inner_mtu = 1290;
    return orders;
}

}  // namespace ropewalk::tests::unit
