#pragma once

#include <span>
#include <vector>

#include "dataplane/eal/steering_rule.hpp"
#include "dataplane/eal/udp_ports.hpp"
#include "dataplane/house/placement.hpp"
#include "dataplane/view/config_view.hpp"
#include "dataplane/view/endpoint_view.hpp"

namespace ropewalk::dataplane::house {

/// The local UDP ports of all paths, on whichever port of ours copies for them arrive. Sorted, each once. Pure.
std::vector<eal::UdpPorts> udp_ports(const view::ConfigView& view);

/// Which UDP port of which endpoint should arrive in which receive queue of a port, so that the copies of a packet
/// meet at one worker: shard s at the worker s, modulo the workers that receive, or at the one that deals to it. None
/// where the port has one queue, or no endpoint has several shards. Pure; each endpoint stands in the list once.
std::vector<eal::SteeringRule> steering_rules(std::span<const view::EndpointView> endpoints,
                                              const PortPlacement& placement);

}  // namespace ropewalk::dataplane::house
