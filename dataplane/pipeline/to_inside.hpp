#pragma once

#include "dataplane/channel/config_view.hpp"
#include "dataplane/packet/burst.hpp"
#include "dataplane/pipeline/egress.hpp"
#include "dataplane/stages/deliver.hpp"
#include "dataplane/stages/find_association.hpp"
#include "dataplane/stages/open.hpp"
#include "dataplane/stages/precheck.hpp"
#include "dataplane/worker/context.hpp"

namespace ropewalk::dataplane::pipeline {

/// The way from one WAN port to the users: parse outer headers, find association and path -> window pre-check (a
/// duplicate ends here, still sealed) -> open -> window commit -> inside tx. Consumes the burst.
template <Egress E>
void to_inside(packet::Burst& burst, std::uint16_t port, const channel::ConfigView& view, worker::Context& context,
               E& egress) {
    stages::Arrived copies;
    stages::find_association(burst, port, view, context, copies);
    stages::precheck(copies, view, context);
    stages::open(copies, view, context);
    stages::deliver(copies, view, context, egress);
}

}  // namespace ropewalk::dataplane::pipeline
