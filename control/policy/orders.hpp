#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "config/region/path_orders.hpp"
#include "config/region/tunnel_orders.hpp"
#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"
#include "control/events/event.hpp"
#include "control/paths/path_table.hpp"
#include "control/peers/peers.hpp"
#include "control/policy/inner_mtus.hpp"

namespace ropewalk::control::policy {

/// What is to be written into the cells of shared memory, by slot.
struct OrderWrites {
    std::map<std::uint32_t, config::region::PathOrder> paths;
    std::map<std::uint32_t, config::region::TunnelOrder> tunnels;
};

/// Turns what is known of paths and peers into the orders that workers follow. Pure; remembers what stands in the
/// cells, and asks for a write only where that changes.
class Orders {
public:
    /// What an earlier control left in the cells of the running configuration.
    void take_over(OrderWrites standing) { standing_ = std::move(standing); }

    /// Appends PeerShardsLearnt. The order of a path that is no longer configured stays: workers may still use the
    /// snapshot before.
    void run(const config::schema::Gateway& gateway, const config::snapshot::Resolved& resolved,
             const paths::PathTable& paths, const InnerMtus& inner_mtus, const peers::Peers& peers, OrderWrites& writes,
             events::Events& events);

    const OrderWrites& standing() const { return standing_; }

private:
    OrderWrites standing_;
};

}  // namespace ropewalk::control::policy
