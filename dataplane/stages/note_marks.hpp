#pragma once

#include <cstdint>

#include "dataplane/burst/tunnel_burst.hpp"
#include "dataplane/stages/context.hpp"

namespace ropewalk::dataplane::stages {

/// Leaves in the tunnel's signals which DSCPs these packets wear, so that probes wear them, too. Best effort alone, as
/// most traffic is, costs one pass over the bytes.
inline void note_marks(const burst::TunnelBurst& burst, Context& context) {
    std::uint8_t any = 0;
    for (std::uint16_t i = 0; i < burst.count; ++i) any |= burst.traffic_class[i];
    if (any <= packet::ecn_mask) [[likely]]
        return;
    std::uint64_t marks = 0;
    for (std::uint16_t i = 0; i < burst.count; ++i) marks |= std::uint64_t{1} << (burst.traffic_class[i] >> 2);
    context.tunnel_signals[burst.tunnel->slot].marks.note(marks, context.now_ns);
}

}  // namespace ropewalk::dataplane::stages
