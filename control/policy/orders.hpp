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

    /// Appends PeerShardsLearnt, as often as a peer may be told of. The order of a path that is no longer configured
    /// stays: workers may still use the snapshot before.
    void run(const config::schema::Gateway& gateway, const config::snapshot::Resolved& resolved,
             const paths::PathTable& paths, const InnerMtus& inner_mtus, const peers::Peers& peers,
             std::uint64_t now_ns, OrderWrites& writes, events::Events& events);

    const OrderWrites& standing() const { return standing_; }

private:
    struct Telling {
        peers::Damper damper{peers::Peers::most_changes, peers::Peers::telling_interval_ns};
        std::uint64_t untold = 0;
    };

    OrderWrites standing_;
    std::map<std::uint32_t, Telling> telling_;  ///< by tunnel slot
};

}  // namespace ropewalk::control::policy
