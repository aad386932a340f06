#pragma once

#include "dataplane/channel/config_view.hpp"
#include "dataplane/packet/burst.hpp"
#include "dataplane/pipeline/egress.hpp"
#include "dataplane/stages/deal.hpp"
#include "dataplane/stages/deliver.hpp"
#include "dataplane/stages/find_association.hpp"
#include "dataplane/stages/open.hpp"
#include "dataplane/stages/precheck.hpp"
#include "dataplane/worker/context.hpp"

namespace ropewalk::dataplane::pipeline {

/// The way of copies that belong to this worker: window pre-check (a duplicate ends here, still sealed) -> open ->
/// window commit -> inside tx.
template <Egress E>
void open_and_deliver(stages::Arrived& copies, const channel::ConfigView& view, worker::Context& context, E& egress) {
    stages::precheck(copies, view, context);
    stages::open(copies, view, context);
    stages::deliver(copies, view, context, egress);
}

/// The way from one WAN port to the users: parse outer headers, find association and path -> deal out among the
/// `shares` of workers, where this one polls the port for others too -> open and deliver. Consumes the burst.
template <Egress E>
void to_inside(packet::Burst& burst, std::uint16_t port, const worker::Shares& shares, const channel::ConfigView& view,
               worker::Context& context, E& egress) {
    stages::Arrived copies;
    stages::find_association(burst, port, view, context, copies);
    stages::deal(copies, shares, context);
    open_and_deliver(copies, view, context, egress);
}

/// The rest of the way for copies that another worker dealt to this one. Consumes the burst.
template <Egress E>
void dealt_to_inside(packet::Burst& burst, const channel::ConfigView& view, worker::Context& context, E& egress) {
    stages::Arrived copies;
    stages::take_dealt(burst, view, context, copies);
    open_and_deliver(copies, view, context, egress);
}

}  // namespace ropewalk::dataplane::pipeline
