#pragma once

#include <span>
#include <vector>

#include "dataplane/channel/endpoint_view.hpp"
#include "dataplane/eal/steering_rule.hpp"
#include "dataplane/worker/placement.hpp"

namespace ropewalk::dataplane::worker {

/// Which UDP port of which endpoint should arrive in which receive queue of a port, so that the copies of a packet
/// meet at one worker: shard s at the worker s, modulo the workers that receive, or at the one that deals to it. None
/// where the port has one queue, or no endpoint has several shards. Pure; each endpoint stands in the list once.
std::vector<eal::SteeringRule> steering_rules(std::span<const channel::EndpointView> endpoints,
                                              const PortPlacement& placement);

}  // namespace ropewalk::dataplane::worker
