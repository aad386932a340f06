#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/schema/diff.hpp"
#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"
#include "control/apply/endpoint_holder.hpp"
#include "control/apply/inside_interface.hpp"
#include "control/apply/next_hop_resolver.hpp"
#include "control/channel/peers.hpp"

namespace ropewalk::control {

/// What control knows and shared memory does not show; refers to control's own objects.
struct Status {
    const std::string& config_file;
    const config::schema::Gateway& gateway;
    const config::snapshot::Resolved& resolved;
    const apply::NextHopResolver& next_hops;
    const apply::EndpointHolder& endpoints;
    const apply::InsideInterface& inside;
    const channel::Peers& peers;
    const std::vector<config::schema::Change>& waiting;  ///< changes that need a restart of the dataplane
    std::uint64_t generation;
    std::uint64_t now_ns;
};

/// One line of JSON, the answer to the command `status`:
///   {ok, gateway, pid, version, config_file, generation, needs_restart: [sentence], problems: [sentence],
///    paths: [{tunnel, path, next_hop, via, problem, peer: {gateway, version, shards, life_uuid, seen_ms} | null}],
///    tunnels: [{name, malformed_messages}]}
std::string status_json(const Status& status);

}  // namespace ropewalk::control
