#include "tests/sim/properties/sent_as_ordered.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ropewalk::tests::sim::properties {

void SentAsOrdered::on_sealed(const Frame& frame, const Ledger::Noted&, const Machine& from) {
    // The only tunnel's paths have the first slots, and control writes no cell in the middle of a worker's turn.
    const auto order = from.control_section().path_orders[frame.path].load();
    if (order.use == config::region::PathUse::none)
        violate(fmt::format("{} sent on path {}, which control had ordered not to be used", name_of(frame.from),
                            frame.path + 1));
    else if (!std::equal(order.next_hop.begin(), order.next_hop.end(), frame.bytes.begin()))
        violate(fmt::format("{} sent on path {} to a next hop that is not the ordered one", name_of(frame.from),
                            frame.path + 1));
}

}  // namespace ropewalk::tests::sim::properties
