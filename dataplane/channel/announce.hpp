#pragma once

#include <cstdint>
#include <string>

#include "config/region/layout.hpp"

namespace ropewalk::dataplane::channel {

/// What a dataplane says of itself when it starts.
struct Life {
    config::region::Uuid uuid;  ///< no two lives have the same
    std::uint64_t pid;
    unsigned workers;
    std::uint64_t now_ns;  ///< CLOCK_MONOTONIC
    std::uint64_t tsc_hz;
    std::string crypto_engine, instruction_level;
};

/// Takes the dataplane's section over from whoever died in it: state `starting`, nothing acknowledged, verified or
/// refused yet, no link looked at. Sequence numbers, counters and rings stay as the predecessor left them.
void announce(config::region::DataplaneSection& section, const Life& life);

}  // namespace ropewalk::dataplane::channel
