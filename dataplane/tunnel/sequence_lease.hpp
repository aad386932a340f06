#pragma once

#include <algorithm>
#include <cstdint>

namespace ropewalk::dataplane::tunnel {

/// Numbers that one record outside the process lets the workers use: 67 million, or 67 ms of wall clock.
inline constexpr std::uint64_t lease_numbers = std::uint64_t{1} << 26;

/// What to do at the start of a sequence space under a static key: numbers begin at the wall clock in nanoseconds,
/// which passes any number used before as long as fewer than 10^9 packets a second are sent and the clock is right.
struct SequenceStart {
    enum class Action : std::uint8_t { begin, hold } action;
    std::uint64_t first;      ///< begin: the first number
    std::uint64_t behind_ns;  ///< hold: how far the clock stands behind
};

/// The record alone is no witness against a clock that stands behind it: both come from a disk that may have been set
/// back. Memory of this boot is: `next_in_memory` is the key's next number as the last dataplane left it there, 0 when
/// memory does not know the key. A record that is a lease ahead of it at most is that dataplane's last: then numbers go
/// on from the record. One that is further ahead was written by nobody.
constexpr SequenceStart decide_sequence_start(std::uint64_t wall_clock_ns, std::uint64_t recorded_limit,
                                              std::uint64_t next_in_memory) {
    const bool is_of_this_boot = next_in_memory != 0 && recorded_limit <= next_in_memory + lease_numbers;
    if (wall_clock_ns >= recorded_limit || is_of_this_boot)
        return {SequenceStart::Action::begin, std::max(wall_clock_ns, recorded_limit), 0};
    return {SequenceStart::Action::hold, 0, recorded_limit - wall_clock_ns};
}

/// True when less than half of the lease is left.
constexpr bool lease_runs_out(std::uint64_t next, std::uint64_t limit) {
    return next + lease_numbers / 2 > limit;
}

}  // namespace ropewalk::dataplane::tunnel
