#include "tests/sim/properties/hurt_before_good.hpp"

#include <fmt/format.h>

#include "tests/sim/properties/must_pass.hpp"

namespace ropewalk::tests::sim::properties {

void HurtBeforeGood::on_turn(const Turn& turn) {
    if (turn.died) return;
    const Side from = other(turn.side);
    for (const Frame& frame : turn.traffic.wan_in) {
        auto& hurt = hurt_[index_of(turn.side)][frame.keys];
        if (frame.condition == Frame::Condition::sealed_hurt) hurt.insert(frame.sequence);
        if (!hurt.contains(frame.sequence)) continue;
        if (const auto number = withheld(turn, frame))
            violate(
                fmt::format("a hurt copy of sequence {} came before the good one, and packet {} of {}'s users was "
                            "not delivered",
                            frame.sequence, *number, name_of(from)));
    }
}

}  // namespace ropewalk::tests::sim::properties
