#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/schema/diff.hpp"
#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"
#include "control/kernel/endpoint_holder.hpp"
#include "control/kernel/inside_interface.hpp"
#include "control/paths/health_table.hpp"
#include "control/paths/icmp_hints.hpp"
#include "control/paths/path_request.hpp"
#include "control/paths/path_table.hpp"
#include "control/paths/path_troubles.hpp"
#include "control/peers/mtu_exchange.hpp"
#include "control/peers/numbers_behind.hpp"
#include "control/peers/peers.hpp"
#include "control/policy/inner_mtus.hpp"

namespace ropewalk::control::telling {

/// What control knows and shared memory does not show; refers to control's own objects.
struct Status {
    const std::string& config_file;
    const config::schema::Gateway& gateway;
    const config::snapshot::Resolved& resolved;
    const paths::PathTable& path_table;
    const paths::HealthTable& health;
    const paths::PathTroubles& path_troubles;
    const paths::IcmpHints& icmp_hints;
    const peers::NumbersBehind& numbers_behind;
    const kernel::EndpointHolder& endpoints;
    const kernel::InsideInterface& inside;
    const policy::InnerMtus& inner_mtus;
    const peers::MtuExchange& path_mtus;
    const peers::Peers& peers;
    const std::vector<config::schema::Change>& waiting;  ///< changes that need a restart of the dataplane
    std::string metrics_problem;                         ///< why metrics are not served; may be empty
    std::uint64_t generation;
    std::uint64_t now_ns;
};

/// One line of JSON, the answer to the command `status`:
///   {ok, gateway, pid, version, config_file, generation, needs_restart: [sentence], problems: [sentence],
///    notes: [sentence],
///    inside_mtu | null,
///    paths: [{tunnel, path, next_hop, via, interface_mtu, route_mtu, probed_mtu, mtu_search, problem, reason,
///             hint,
///             peer: {gateway, version, shards, life_uuid, seen_ms} | null}],
///    tunnels: [{name, problem, malformed_messages, absurd_mtu_answers, inner_mtu, inner_mtu_source}]}
/// An MTU that the kernel does not tell, or no probe has found yet, is null.
std::string status_json(const Status& status);

/// {ok, lines: [sentence]}, the answer to the commands about a path.
std::string path_answer_json(const paths::PathAnswer& answer);

}  // namespace ropewalk::control::telling
