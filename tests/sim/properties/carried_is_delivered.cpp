#include "tests/sim/properties/carried_is_delivered.hpp"

#include <fmt/format.h>

#include "tests/sim/properties/must_pass.hpp"

namespace ropewalk::tests::sim::properties {

void CarriedIsDelivered::on_turn(const Turn& turn) {
    if (turn.died) return;
    const Side from = other(turn.side);
    for (const Frame& frame : turn.traffic.wan_in) {
        if (const auto number = withheld(turn, frame))
            violate(
                fmt::format("path {} carried packet {} of {}'s users, sequence {}, {} behind the newest, and it "
                            "was not delivered",
                            frame.path + 1, *number, name_of(from), frame.sequence,
                            turn.ledger.receiver(turn.side, turn.keys).newest - frame.sequence));
    }
}

}  // namespace ropewalk::tests::sim::properties
