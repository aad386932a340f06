#pragma once

#include <cstdint>

namespace ropewalk::dataplane::tunnel {

/// Numbers that one record outside the process lets the workers use: 67 million, or 67 ms of wall clock.
inline constexpr std::uint64_t lease_numbers = std::uint64_t{1} << 26;

/// How long a start may wait for the clock to pass the last record instead of being refused.
inline constexpr std::uint64_t longest_start_wait_ns = 1'000'000'000;

/// What to do at the start of a sequence space under a static key: numbers begin at the wall clock in nanoseconds,
/// which passes any number used before as long as fewer than 10^9 packets a second are sent and the clock is right.
struct SequenceStart {
    enum class Action : std::uint8_t { begin, wait, refuse } action;
    std::uint64_t first;    ///< begin: the first number
    std::uint64_t wait_ns;  ///< wait: try again after this; refuse: how far the clock stands behind
};

constexpr SequenceStart decide_sequence_start(std::uint64_t wall_clock_ns, std::uint64_t recorded_limit) {
    if (wall_clock_ns >= recorded_limit) return {SequenceStart::Action::begin, wall_clock_ns, 0};
    const std::uint64_t behind = recorded_limit - wall_clock_ns;
    if (behind <= longest_start_wait_ns) return {SequenceStart::Action::wait, 0, behind};
    return {SequenceStart::Action::refuse, 0, behind};
}

/// True when less than half of the lease is left.
constexpr bool lease_runs_out(std::uint64_t next, std::uint64_t limit) {
    return next + lease_numbers / 2 > limit;
}

}  // namespace ropewalk::dataplane::tunnel
