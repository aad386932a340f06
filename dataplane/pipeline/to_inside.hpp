#pragma once

#include "dataplane/packet/burst.hpp"
#include "dataplane/pipeline/probe.hpp"
#include "dataplane/stages/context.hpp"
#include "dataplane/stages/deal.hpp"
#include "dataplane/stages/deliver.hpp"
#include "dataplane/stages/egress.hpp"
#include "dataplane/stages/find_association.hpp"
#include "dataplane/stages/inside_ethernet.hpp"
#include "dataplane/stages/open.hpp"
#include "dataplane/stages/precheck.hpp"
#include "dataplane/stages/publish_windows.hpp"
#include "dataplane/view/config_view.hpp"

namespace ropewalk::dataplane::pipeline {

/// The way of copies that belong to this worker: window pre-check (a duplicate ends here, still sealed) -> open ->
/// window commit -> deliver, which gathers what is for the inside.
template <stages::Egress E, Probe P = NoProbe>
void open_and_deliver(burst::Arrived& copies, const view::ConfigView& view, stages::Context& context, E& egress,
                      P probe = {}) {
    stages::precheck(copies, view, context);
    probe.passed(Stage::precheck);
    stages::open(copies, view, context);
    probe.passed(Stage::open);
    stages::deliver(copies, view, context, egress);
    probe.passed(Stage::deliver);
}

/// The way from one WAN port to the users: parse outer headers, find association and path -> deal out among the
/// `shares` of workers, where this one polls the port for others too -> open and deliver. Consumes the burst.
template <stages::Egress E, Probe P = NoProbe>
void to_inside(packet::Burst& burst, std::uint16_t port, const stages::Shares& shares, const view::ConfigView& view,
               stages::Context& context, E& egress, P probe = {}) {
    burst::Arrived copies;
    stages::find_association(burst, port, view, context, copies);
    probe.passed(Stage::find_association);
    stages::deal(copies, shares, context);
    probe.passed(Stage::deal);
    open_and_deliver(copies, view, context, egress, probe);
}

/// The end of the way, when a turn's packets are gathered: publish windows -> put before each what the inside has there
/// -> inside tx. The windows come first, so that a successor never starts below a number that was delivered, wherever
/// this process is killed.
template <stages::InsideEgress E, Probe P = NoProbe>
void publish_and_flush_inside(const view::ConfigView& view, stages::Context& context, E& egress, P probe = {}) {
    stages::publish_windows(view, context);
    probe.passed(Stage::publish_windows);
    if (context.ethernet != nullptr) {
        egress.keep_inside(stages::put_ethernet(egress.waiting_inside(), *context.ethernet, context));
        probe.passed(Stage::put_ethernet);
    }
    egress.flush_inside();
    probe.passed(Stage::egress);
}

/// The rest of the way for copies that another worker dealt to this one. Consumes the burst.
template <stages::Egress E, Probe P = NoProbe>
void dealt_to_inside(packet::Burst& burst, const view::ConfigView& view, stages::Context& context, E& egress,
                     P probe = {}) {
    burst::Arrived copies;
    stages::take_dealt(burst, view, context, copies);
    probe.passed(Stage::take_dealt);
    open_and_deliver(copies, view, context, egress, probe);
}

}  // namespace ropewalk::dataplane::pipeline
