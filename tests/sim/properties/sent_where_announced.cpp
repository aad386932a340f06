#include "tests/sim/properties/sent_where_announced.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ropewalk::tests::sim::properties {

void SentWhereAnnounced::on_sealed(const Frame& frame, const Ledger::Noted& noted, const Machine&) {
    const unsigned announced = announced_[index_of(frame.from)][noted.keys];
    if (frame.shard != 0 && frame.shard >= announced)
        violate(fmt::format("{} sent sequence {} to shard {} of path {}, and heard of {} shards under keys {}",
                            name_of(frame.from), noted.sequence, frame.shard, frame.path + 1, announced, noted.keys));
}

void SentWhereAnnounced::on_turn(const Turn& turn) {
    std::uint8_t& announced = announced_[index_of(turn.side)][turn.keys];
    for (const Frame& frame : turn.traffic.wan_in) {
        if (frame.condition != Frame::Condition::intact || frame.keys != turn.keys) continue;
        const auto* const sealed = turn.ledger.sealed(other(turn.side), frame.keys, frame.sequence);
        if (sealed != nullptr) announced = std::max(announced, sealed->announced_shards);
    }
}

}  // namespace ropewalk::tests::sim::properties
