#pragma once

#include "config/schema/gateway.hpp"
#include "tests/sim/control_process.hpp"
#include "tests/sim/scenario.hpp"

namespace ropewalk::tests::sim {

/// What the operator wrote for one side; `classes` chooses among a few sets that the edge may have, and with them its
/// shards, of which there are `least_shards` or more.
const config::schema::Gateway& gateway_of(const Scenario& scenario, Side side, unsigned classes, unsigned least_shards);

inline constexpr unsigned class_sets = 4;

/// Where the kernel would send to; `lost` has a bit for each path whose neighbour does not answer.
ControlProcess::NextHops next_hops_of(const Scenario& scenario, const config::schema::Gateway& gateway,
                                      std::uint32_t lost);

}  // namespace ropewalk::tests::sim
