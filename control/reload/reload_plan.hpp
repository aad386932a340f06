#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/result.hpp"
#include "config/schema/diff.hpp"
#include "control/reload/configuration.hpp"

namespace ropewalk::control::reload {

/// What a reload does: the part of the new configuration that a running dataplane can take over, and the rest.
struct ReloadPlan {
    /// The new configuration, with old values where new ones need a restart.
    Configuration effective;
    /// From the running configuration to the effective one.
    std::vector<config::schema::Change> applied;
    /// From the effective configuration to the new one: taken over when the dataplane is started again.
    std::vector<config::schema::Change> waiting;
};

/// A dataplane that is not there can take over everything at its start.
enum class DataplaneCare : std::uint8_t { absent, present };

/// Pure. Fails when the name of the gateway would change: keys and shared memory belong to it.
Result<ReloadPlan> plan_reload(const Configuration& running, const Configuration& loaded, DataplaneCare dataplane);

/// `tunnels.hub.max_skew 500ms -> 200ms`
std::string to_string(const config::schema::Change& change);

}  // namespace ropewalk::control::reload
