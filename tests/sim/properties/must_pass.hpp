#pragma once

#include <cstdint>
#include <optional>

#include "tests/sim/ledger.hpp"
#include "tests/sim/properties/property.hpp"

namespace ropewalk::tests::sim::properties {

/// Packets behind the newest that a window of 2^16 surely covers: it forgets by whole blocks of 64.
inline constexpr std::uint64_t sure_window = 65'536 - 64;

/// Whether a packet of users must have been given to the inside port once an intact copy of it was in a worker that
/// has its keys: its number is above all that earlier lives of the receiver can have seen, and within the window of
/// this one.
inline bool must_pass(const Ledger& ledger, Side receiver, unsigned keys, std::uint64_t sequence) {
    const auto& seen = ledger.receiver(receiver, keys);
    const auto* const sealed = ledger.sealed(other(receiver), keys, sequence);
    return sealed != nullptr && sealed->user_packet && sequence > seen.newest_earlier &&
           seen.newest - sequence <= sure_window;
}

/// The users' packet that `frame`, just taken by the turn's worker, must have brought to the inside port and did not.
inline std::optional<std::uint64_t> withheld(const Property::Turn& turn, const Frame& frame) {
    if (frame.condition != Frame::Condition::intact || frame.keys != turn.keys ||
        !must_pass(turn.ledger, turn.side, turn.keys, frame.sequence))
        return std::nullopt;
    const Side from = other(turn.side);
    const std::uint64_t number = *turn.ledger.sealed(from, turn.keys, frame.sequence)->user_packet;
    const auto* const user = turn.ledger.user(from, number);
    return user != nullptr && user->offered == 0 ? std::optional(number) : std::nullopt;
}

}  // namespace ropewalk::tests::sim::properties
