#include "tests/sim/properties/delivered_once.hpp"

#include <fmt/format.h>

namespace ropewalk::tests::sim::properties {

void DeliveredOnce::on_turn(const Turn& turn) {
    for (const auto& inner : turn.traffic.inside_out) {
        const auto number = number_in(inner);
        const auto* const user = number ? turn.ledger.user(other(turn.side), *number) : nullptr;
        if (user != nullptr && user->delivered > 1)
            violate(fmt::format("packet {} of {}'s users was delivered {} times, sequence {}", *number,
                                name_of(other(turn.side)), user->delivered, user->sequence));
    }
}

}  // namespace ropewalk::tests::sim::properties
