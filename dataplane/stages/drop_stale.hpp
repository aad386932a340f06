#pragma once

#include "config/region/drop_reasons.hpp"
#include "dataplane/packet/burst.hpp"
#include "dataplane/stages/context.hpp"

namespace ropewalk::dataplane::stages {

/// Takes frames that waited in a port while this worker stood still (worker/aging.hpp); hands on none. Drops
/// inside_stale or copy_stale, as `reason` says.
inline void drop_stale(packet::Burst& burst, config::region::DropReason reason, Context& context) {
    for (packet::Packet* packet : burst.view()) context.drop(reason, packet);
    burst.count = 0;
}

}  // namespace ropewalk::dataplane::stages
