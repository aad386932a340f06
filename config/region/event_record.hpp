#pragma once

#include <array>
#include <cstdint>

#include "config/region/records.hpp"
#include "config/words.hpp"

namespace ropewalk::config::region {

/// How much an event weighs for the operator: also the level of its log line.
enum class EventWeight : std::uint8_t { info = 1, warning = 2, error = 3 };

/// What is kept of an event. Texts, because slots are used again later, and a later program may count kinds otherwise.
struct EventRecord {
    std::uint64_t wall_ns;       ///< since 1970, as the clock stood then
    std::uint64_t monotonic_ns;  ///< CLOCK_MONOTONIC
    EventWeight weight;
    std::array<std::uint8_t, 7> reserved;
    std::array<char, 24> kind;   ///< one of control/events/kinds.hpp
    Name tunnel, path;           ///< that it concerns; may be empty
    std::array<char, 288> text;  ///< the sentence of the log line, cut to fit
};

static_assert(sizeof(EventRecord) % sizeof(std::uint64_t) == 0);

}  // namespace ropewalk::config::region

namespace ropewalk::config {

template <>
inline constexpr auto words<region::EventWeight> =
    std::to_array<Word<region::EventWeight>>({{"info", region::EventWeight::info},
                                              {"warning", region::EventWeight::warning},
                                              {"error", region::EventWeight::error}});

}  // namespace ropewalk::config
