#include "tests/sim/properties/sent_as_ordered.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ropewalk::tests::sim::properties {

void SentAsOrdered::on_turn(const Turn& turn) {
    // Path i is on port i, and has slot i.
    for (const auto& [port, bytes] : turn.traffic.wan_out) {
        const auto order = turn.machine.control_section().path_orders[port].load();
        if (order.use != config::region::PathUse::use)
            violate(fmt::format("{} sent on path {}, which control had ordered not to be used", name_of(turn.side),
                                port + 1));
        else if (!std::equal(order.next_hop.begin(), order.next_hop.end(), bytes.begin()))
            violate(fmt::format("{} sent on path {} to a next hop that is not the ordered one", name_of(turn.side),
                                port + 1));
    }
}

}  // namespace ropewalk::tests::sim::properties
