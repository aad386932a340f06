#pragma once

#include "config/region/view.hpp"
#include "config/result.hpp"
#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"

namespace ropewalk::config::snapshot {

/// Gives every port, tunnel and path its counter slot: what stands in `resolved` already keeps it, what is new takes
/// the lowest slot never used. `resolved` keeps the slots of what was removed, so they are not handed out twice in one
/// life of control and counters never change their meaning; fails when they are used up, which its restart cures.
Result<void> assign_slots(const schema::Gateway& gateway, Resolved& resolved);

/// Slots of the snapshot that an earlier control left behind.
void recover_slots(const region::View& previous, Resolved& resolved);

}  // namespace ropewalk::config::snapshot
