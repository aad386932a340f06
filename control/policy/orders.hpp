#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "config/region/path_orders.hpp"
#include "config/region/tunnel_orders.hpp"
#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"
#include "control/events/event.hpp"
#include "control/paths/health_table.hpp"
#include "control/paths/path_table.hpp"
#include "control/peers/peers.hpp"
#include "control/policy/drains.hpp"
#include "control/policy/inner_mtus.hpp"
#include "control/policy/path_ranks.hpp"

namespace ropewalk::control::policy {

/// What is to be written into the cells of shared memory, by slot.
struct OrderWrites {
    std::map<std::uint32_t, config::region::PathOrder> paths;
    std::map<std::uint32_t, config::region::TunnelOrder> tunnels;
    std::map<std::uint32_t, config::region::ReceptionFigures> receptions;  ///< by path slot
    std::map<std::uint32_t, std::uint64_t> marks_lost;                     ///< by path slot: bit d for DSCP d
};

/// Turns what is known of paths and peers into the orders that workers follow. Pure; remembers what stands in the
/// cells, and asks for a write only where that changes.
class Orders {
public:
    /// What an earlier control left in the cells of the running configuration.
    void take_over(OrderWrites standing) { standing_ = std::move(standing); }

    /// What is known of paths and peers; refers to its owners' objects.
    struct Known {
        const paths::PathTable& paths;
        const paths::HealthTable& health;
        const PathRanks& ranks;
        const Drains& drains;
        const InnerMtus& inner_mtus;
        const peers::Peers& peers;
    };

    /// Appends PeerShardsLearnt, as often as a peer may be told of. The order of a path that is no longer configured
    /// stays: workers may still use the snapshot before.
    void run(const config::schema::Gateway& gateway, const config::snapshot::Resolved& resolved, const Known& known,
             std::uint64_t now_ns, OrderWrites& writes, events::Events& events);

    const OrderWrites& standing() const { return standing_; }

private:
    struct Telling {
        peers::Damper damper{peers::Peers::most_changes, peers::Peers::telling_interval_ns};
        std::uint64_t untold = 0;
    };

    /// All of them, where something of what is known may be other.
    void follow_paths(const Known& known, OrderWrites& writes);

    OrderWrites standing_;
    std::uint64_t followed_version_ = 0;
    std::map<std::uint32_t, Telling> telling_;  ///< by tunnel slot
};

}  // namespace ropewalk::control::policy
