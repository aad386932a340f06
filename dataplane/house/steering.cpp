#include "dataplane/house/steering.hpp"

#include <algorithm>

namespace ropewalk::dataplane::house {
namespace {

/// The queues that lead to a worker: its own, or else those of whoever deals to it.
std::vector<std::uint16_t> queues_towards(const PortPlacement& placement, std::uint16_t worker) {
    auto queues = placement.receive_queues_of(worker);
    for (std::uint16_t queue = 0; queues.empty() && queue < placement.deal.size(); ++queue)
        if (std::ranges::count(placement.deal[queue], worker) != 0)
            queues = placement.receive_queues_of(placement.receive_workers[queue]);
    return queues;
}

}  // namespace

std::vector<eal::UdpPorts> udp_ports(const view::ConfigView& view) {
    std::vector<eal::UdpPorts> ports;
    for (const view::EndpointView& endpoint : view.endpoints)
        ports.push_back({endpoint.udp_port, static_cast<std::uint16_t>(endpoint.udp_port + endpoint.shards - 1)});
    return eal::merged(std::move(ports));
}

std::vector<eal::SteeringRule> steering_rules(std::span<const view::EndpointView> endpoints,
                                              const PortPlacement& placement) {
    std::vector<eal::SteeringRule> rules;
    if (placement.receive_workers.size() < 2) return rules;
    const auto receivers = placement.receivers();
    for (const view::EndpointView& endpoint : endpoints) {
        if (endpoint.shards < 2) continue;
        for (std::uint16_t shard = 0; shard < endpoint.shards; ++shard) {
            const auto queues = queues_towards(placement, receivers[shard % receivers.size()]);
            // A worker with several queues gets a shard of its own in each.
            const std::uint16_t queue = queues[shard / receivers.size() % queues.size()];
            rules.push_back(
                {endpoint.family, endpoint.address, static_cast<std::uint16_t>(endpoint.udp_port + shard), queue});
        }
    }
    return rules;
}

}  // namespace ropewalk::dataplane::house
