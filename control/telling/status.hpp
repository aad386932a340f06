#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/schema/diff.hpp"
#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"
#include "control/kernel/endpoint_holder.hpp"
#include "control/kernel/inside_interface.hpp"
#include "control/paths/path_table.hpp"
#include "control/peers/peers.hpp"

namespace ropewalk::control::telling {

/// What control knows and shared memory does not show; refers to control's own objects.
struct Status {
    const std::string& config_file;
    const config::schema::Gateway& gateway;
    const config::snapshot::Resolved& resolved;
    const paths::PathTable& path_table;
    const kernel::EndpointHolder& endpoints;
    const kernel::InsideInterface& inside;
    const peers::Peers& peers;
    const std::vector<config::schema::Change>& waiting;  ///< changes that need a restart of the dataplane
    std::uint64_t generation;
    std::uint64_t now_ns;
};

/// One line of JSON, the answer to the command `status`:
///   {ok, gateway, pid, version, config_file, generation, needs_restart: [sentence], problems: [sentence],
///    notes: [sentence],
///    paths: [{tunnel, path, next_hop, via, problem, peer: {gateway, version, shards, life_uuid, seen_ms} | null}],
///    tunnels: [{name, malformed_messages}]}
std::string status_json(const Status& status);

}  // namespace ropewalk::control::telling
