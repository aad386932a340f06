#include "tests/sim/properties/hurt_before_good.hpp"

#include <fmt/format.h>

#include "tests/sim/properties/must_pass.hpp"

namespace ropewalk::tests::sim::properties {

void HurtBeforeGood::on_turn(const Turn& turn) {
    if (turn.died) return;
    const Side from = other(turn.side);
    auto& hurt = hurt_[index_of(turn.side)];
    for (const Frame& frame : turn.traffic.wan_in) {
        if (frame.condition == Frame::Condition::sealed_hurt) hurt.insert(frame.sequence);
        if (frame.condition != Frame::Condition::intact || !hurt.contains(frame.sequence) ||
            !must_pass(turn.ledger, turn.side, frame.sequence))
            continue;
        const std::uint64_t number = *turn.ledger.sealed(from, frame.sequence)->user_packet;
        const auto* const user = turn.ledger.user(from, number);
        if (user != nullptr && user->offered == 0)
            violate(
                fmt::format("a hurt copy of sequence {} came before the good one, and packet {} of {}'s users was "
                            "not delivered",
                            frame.sequence, number, name_of(from)));
    }
}

}  // namespace ropewalk::tests::sim::properties
