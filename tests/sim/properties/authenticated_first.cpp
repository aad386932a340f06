#include "tests/sim/properties/authenticated_first.hpp"

#include <fmt/format.h>

namespace ropewalk::tests::sim::properties {

void AuthenticatedFirst::on_turn(const Turn& turn) {
    const Side from = other(turn.side);
    for (const auto& inner : turn.traffic.inside_out) {
        // The gateway's own answer to a packet too big for the tunnel.
        if (is_icmp(inner)) continue;
        const auto number = number_in(inner);
        const auto* const user = number ? turn.ledger.user(from, *number) : nullptr;
        if (user == nullptr || !is_same_packet(user->packet.bytes, inner)) {
            violate(fmt::format("{} delivered {} bytes that {}'s users never sent", name_of(turn.side), inner.size(),
                                name_of(from)));
            continue;
        }
        const auto* const sealed = turn.ledger.sealed(from, user->keys, user->sequence);
        if (sealed == nullptr || !sealed->reached_intact)
            violate(fmt::format("packet {} was delivered at {} though no intact copy had come", *number,
                                name_of(turn.side)));
    }
}

}  // namespace ropewalk::tests::sim::properties
