#pragma once

#include <span>
#include <vector>

#include "config/region/records.hpp"
#include "config/schema/gateway.hpp"

namespace ropewalk::config::snapshot {

/// The prefixes of all tunnels of one family as a partition of the address space, longest prefix first: always at least
/// one range, the first starts at 0, neighbours belong to different tunnels. Validation refuses two equal prefixes;
/// here the first tunnel's counts.
std::vector<region::RangeV4Record> ranges_v4_of(const std::vector<schema::Tunnel>& tunnels);
std::vector<region::RangeV6Record> ranges_v6_of(const std::vector<schema::Tunnel>& tunnels);

/// The other way round: gives the tunnels, by their index, as few prefixes as make these ranges.
void set_prefixes(std::span<const region::RangeV4Record> v4, std::span<const region::RangeV6Record> v6,
                  std::vector<schema::Tunnel>& tunnels);

}  // namespace ropewalk::config::snapshot
