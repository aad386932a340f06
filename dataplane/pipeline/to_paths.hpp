#pragma once

#include "dataplane/burst/classified.hpp"
#include "dataplane/packet/burst.hpp"
#include "dataplane/pipeline/depart.hpp"
#include "dataplane/stages/choose_paths.hpp"
#include "dataplane/stages/classify.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/stages/egress.hpp"
#include "dataplane/stages/inside_ethernet.hpp"
#include "dataplane/stages/match_classes.hpp"
#include "dataplane/view/config_view.hpp"

namespace ropewalk::dataplane::pipeline {

/// The way of the users' packets up to where they could wait: take off what the inside has before them -> classify
/// (tunnel) -> match classes -> choose paths. Calls `then` with the packets of each tunnel. Consumes the burst.
template <stages::Egress E, class Then>
void admit(packet::Burst& burst, const view::ConfigView& view, stages::Context& context, E& egress, Then then) {
    if (context.ethernet != nullptr) stages::cut_ethernet(burst, *context.ethernet, context);
    burst::Classified classified;
    stages::classify(burst, view, context, egress, classified);
    if (classified.all.count == 0) return;

    const auto choose = [&](burst::TunnelBurst& one) {
        stages::match_classes(one);
        stages::choose_paths(one, context);
        then(one);
    };
    if (classified.one_tunnel) {
        classified.all.tunnel = &view.tunnels[classified.tunnels[0]];
        choose(classified.all);
        return;
    }
    burst::TunnelBurst one;
    while (burst::take_one_tunnel(classified, view, one)) choose(one);
}

/// The way from the users to the WAN: admit -> depart. Consumes the burst.
template <stages::Egress E>
void to_paths(packet::Burst& burst, const view::ConfigView& view, stages::Context& context, E& egress) {
    admit(burst, view, context, egress, [&](burst::TunnelBurst& one) { depart(one, context, egress); });
}

}  // namespace ropewalk::dataplane::pipeline
