#pragma once

#include "dataplane/burst/tunnel_burst.hpp"
#include "dataplane/pipeline/probe.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/stages/egress.hpp"
#include "dataplane/stages/fan_out.hpp"
#include "dataplane/stages/seal.hpp"

namespace ropewalk::dataplane::pipeline {

/// What of a burst is sealed before it is copied: so little that it still lies in the first-level cache.
inline constexpr std::uint32_t sealed_at_once_bytes = 16 << 10;

/// The way from a packet that has its paths to the WAN: reserve sequence numbers and seal, once -> copy per path with
/// outer headers -> wan tx. Consumes the burst.
template <stages::Egress E, Probe P = NoProbe>
void depart(burst::TunnelBurst& burst, stages::Context& context, E& egress, P probe = {}) {
    for (std::uint16_t begin = 0; begin < burst.count;) {
        burst::TunnelPart part = burst.part(begin, sealed_at_once_bytes);
        begin += part.count;
        stages::seal(part, context);
        probe.passed(Stage::seal);
        stages::fan_out(part, context, egress);
        probe.passed(Stage::fan_out);
    }
}

}  // namespace ropewalk::dataplane::pipeline
