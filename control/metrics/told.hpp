#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "control/events/kinds.hpp"

namespace ropewalk::control::metrics {

/// What control itself counts, since it started: written by its event loop and the hook's thread, read by the
/// exporter's.
struct Told {
    std::array<std::atomic<std::uint64_t>, events::kind_words.size()> events{};  ///< by kind
    std::atomic<std::uint64_t> hook_left_out{0};  ///< events that the hook was too slow for
};

}  // namespace ropewalk::control::metrics
