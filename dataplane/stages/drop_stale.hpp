#pragma once

#include "config/region/drop_reasons.hpp"
#include "dataplane/packet/burst.hpp"
#include "dataplane/stages/context.hpp"

namespace ropewalk::dataplane::stages {

/// Takes what waited in a port, or in a ring of sealed copies, while this worker stood still (worker/aging.hpp); hands
/// on none. Drops inside_stale or copy_stale, as `reason` says.
inline void drop_stale(packet::Burst& burst, config::region::DropReason reason, Context& context) {
    for (packet::Packet* packet : burst.view()) context.drop(reason, packet);
    burst.count = 0;
}

/// Takes copies for the WAN that waited in a ring while the worker that sends them stood still; hands on none. Drops
/// wan_tx_stale.
inline void drop_stale_outgoing(packet::Burst& burst, Context& context) {
    for (packet::Packet* packet : burst.view()) context.drop_outgoing(config::region::DropReason::wan_tx_stale, packet);
    burst.count = 0;
}

}  // namespace ropewalk::dataplane::stages
