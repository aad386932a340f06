#pragma once

#include "dataplane/channel/config_view.hpp"
#include "dataplane/packet/burst.hpp"
#include "dataplane/pipeline/egress.hpp"
#include "dataplane/stages/classify.hpp"
#include "dataplane/stages/fan_out.hpp"
#include "dataplane/stages/seal.hpp"
#include "dataplane/worker/context.hpp"

namespace ropewalk::dataplane::pipeline {

/// Seals the packets of one tunnel, once each, and sends the same bytes on every path they are for.
template <Egress E>
void seal_and_send(stages::TunnelBurst& burst, worker::Context& context, E& egress) {
    stages::seal(burst, context);
    stages::fan_out(burst, context, egress);
}

/// The way from the users to the WAN: classify -> reserve sequence numbers and seal -> copy per path with outer
/// headers -> wan tx. Consumes the burst.
template <Egress E>
void to_paths(packet::Burst& burst, const channel::ConfigView& view, worker::Context& context, E& egress) {
    stages::Classified classified;
    stages::classify(burst, view, context, egress, classified);
    if (classified.all.count == 0) return;

    if (classified.one_tunnel) {
        classified.all.tunnel = &view.tunnels[classified.tunnels[0]];
        seal_and_send(classified.all, context, egress);
        return;
    }
    stages::TunnelBurst one;
    while (stages::take_one_tunnel(classified, view, one)) seal_and_send(one, context, egress);
}

}  // namespace ropewalk::dataplane::pipeline
