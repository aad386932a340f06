#pragma once

#include <array>
#include <cstdint>

#include "tests/lab/wanem/drop_cause.hpp"

namespace ropewalk::tests::lab::wanem {

/// Frames and bytes.
struct Volume {
    std::uint64_t frames = 0;
    std::uint64_t bytes = 0;

    void add(std::size_t frame_bytes) {
        ++frames;
        bytes += frame_bytes;
    }
};

/// Where one direction's frames ended: in + duplicated = out + dropped + held, at any time.
struct Tally {
    Volume in, out;
    std::uint64_t duplicated = 0;
    std::uint64_t corrupted = 0;
    /// ARP and neighbour discovery, which pass an up link untouched; they are in `in` and `out` too.
    std::uint64_t neighbour_discovery = 0;
    /// ICMP answers to packets of this direction; they go out the other way and are in nothing else.
    std::uint64_t too_big_answers = 0;
    std::array<std::uint64_t, drop_cause_count> dropped{};

    void drop(DropCause cause, std::uint64_t frames = 1) { dropped[static_cast<std::size_t>(cause)] += frames; }
    std::uint64_t dropped_for(DropCause cause) const { return dropped[static_cast<std::size_t>(cause)]; }
};

}  // namespace ropewalk::tests::lab::wanem
