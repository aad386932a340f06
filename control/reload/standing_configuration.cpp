#include "control/reload/standing_configuration.hpp"

#include "config/snapshot/restore.hpp"
#include "control/kernel/kernel_port.hpp"

namespace ropewalk::control::reload {

Configuration standing_configuration(const config::region::View& snapshot,
                                     const std::map<std::uint32_t, config::region::PathOrder>& orders,
                                     const Configuration& loaded) {
    Configuration standing{config::snapshot::restore(snapshot, loaded.gateway), config::snapshot::keys_in(snapshot)};
    for (std::size_t i = 0; i < standing.gateway.tunnels.size(); ++i) {
        auto& paths = standing.gateway.tunnels[i].paths;
        const auto records = snapshot.paths_of(snapshot.tunnels()[i]);
        for (std::size_t k = 0; k < paths.size(); ++k) {
            const auto order = orders.find(records[k].slot);
            if (order == orders.end() || order->second.use == config::region::PathUse::none) continue;
            // Where the kernel has no neighbours, the configuration had named it.
            if (!kernel::kernel_sees(*find_port(standing.gateway, paths[k].port)))
                paths[k].next_hop = config::schema::MacAddress{order->second.next_hop};
        }
    }
    return standing;
}

}  // namespace ropewalk::control::reload
