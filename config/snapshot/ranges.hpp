#pragma once

#include <vector>

#include "config/schema/gateway.hpp"
#include "config/snapshot/records.hpp"

namespace ropewalk::config::snapshot {

/// The prefixes of all tunnels of one family as a partition of the address space, longest prefix first: always at least
/// one range, the first starts at 0, neighbours belong to different tunnels. Validation refuses two equal prefixes;
/// here the first tunnel's counts.
std::vector<RangeV4Record> ranges_v4_of(const std::vector<schema::Tunnel>& tunnels);
std::vector<RangeV6Record> ranges_v6_of(const std::vector<schema::Tunnel>& tunnels);

}  // namespace ropewalk::config::snapshot
