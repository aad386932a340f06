#pragma once

#include "dataplane/packet/burst.hpp"
#include "dataplane/stages/classify.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/stages/egress.hpp"
#include "dataplane/stages/fan_out.hpp"
#include "dataplane/stages/match_classes.hpp"
#include "dataplane/stages/seal.hpp"
#include "dataplane/view/config_view.hpp"

namespace ropewalk::dataplane::pipeline {

/// How much of a burst is sealed before it is copied: so little that it still lies in the first-level cache.
inline constexpr std::uint32_t sealed_at_once_bytes = 16 << 10;

/// Seals the packets of one tunnel, once each, and sends the same bytes on every path they are for.
template <stages::Egress E>
void seal_and_send(burst::TunnelBurst& burst, stages::Context& context, E& egress) {
    for (std::uint16_t begin = 0; begin < burst.count;) {
        burst::TunnelPart part = burst.part(begin, sealed_at_once_bytes);
        begin += part.count;
        stages::seal(part, context);
        stages::fan_out(part, context, egress);
    }
}

/// The way from the users to the WAN: classify -> match classes -> reserve sequence numbers and seal -> copy
/// per path with outer headers -> wan tx. Consumes the burst.
template <stages::Egress E>
void to_paths(packet::Burst& burst, const view::ConfigView& view, stages::Context& context, E& egress) {
    burst::Classified classified;
    stages::classify(burst, view, context, egress, classified);
    if (classified.all.count == 0) return;

    if (classified.one_tunnel) {
        classified.all.tunnel = &view.tunnels[classified.tunnels[0]];
        stages::match_classes(classified.all, context);
        seal_and_send(classified.all, context, egress);
        return;
    }
    burst::TunnelBurst one;
    while (burst::take_one_tunnel(classified, view, one)) {
        stages::match_classes(one, context);
        seal_and_send(one, context, egress);
    }
}

}  // namespace ropewalk::dataplane::pipeline
