#pragma once

#include "dataplane/burst/classified.hpp"
#include "dataplane/packet/burst.hpp"
#include "dataplane/pipeline/depart.hpp"
#include "dataplane/pipeline/probe.hpp"
#include "dataplane/stages/choose_paths.hpp"
#include "dataplane/stages/classify.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/stages/egress.hpp"
#include "dataplane/stages/inside_ethernet.hpp"
#include "dataplane/stages/match_classes.hpp"
#include "dataplane/stages/note_marks.hpp"
#include "dataplane/view/config_view.hpp"

namespace ropewalk::dataplane::pipeline {

/// The way of the users' packets up to where they could wait: take off what the inside has before them -> classify
/// (tunnel) -> match classes -> note marks -> choose paths. Calls `then` with the packets of each tunnel and with the probe: an empty
/// one would take a register if `then` held it. Consumes the burst.
template <stages::Egress E, class Then, Probe P = NoProbe>
void admit(packet::Burst& burst, const view::ConfigView& view, stages::Context& context, E& egress, Then then,
           P probe = {}) {
    if (context.ethernet != nullptr) {
        stages::cut_ethernet(burst, *context.ethernet, context);
        probe.passed(Stage::cut_ethernet);
    }
    burst::Classified classified;
    stages::classify(burst, view, context, egress, classified);
    probe.passed(Stage::classify);
    if (classified.all.count == 0) return;

    const auto choose = [&](burst::TunnelBurst& one) {
        stages::match_classes(one);
        probe.passed(Stage::match_classes);
        stages::note_marks(one, context);
        stages::choose_paths(one, context);
        probe.passed(Stage::choose_paths);
        then(one, probe);
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
template <stages::Egress E, Probe P = NoProbe>
void to_paths(packet::Burst& burst, const view::ConfigView& view, stages::Context& context, E& egress, P probe = {}) {
    const auto then = [&](burst::TunnelBurst& one, P same_probe) { depart(one, context, egress, same_probe); };
    admit(burst, view, context, egress, then, probe);
}

}  // namespace ropewalk::dataplane::pipeline
