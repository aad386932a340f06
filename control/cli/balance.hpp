#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/region/layout.hpp"

namespace ropewalk::control::cli {

/// One place where packets must add up: what came in is what went on or was dropped by name (docs/metrics.md).
struct Balance {
    std::string text;          ///< the equation in words
    std::uint64_t came_first;  ///< left side, read before the right one
    std::uint64_t went;        ///< right side
    std::uint64_t came_last;   ///< left side, read once more: a live gateway counts on meanwhile
    std::uint64_t in_flight;   ///< most packets that can be between the two sides of a live worker's turn

    /// Packets missing (positive) or too many (negative); 0 when everything is accounted for.
    std::int64_t difference() const;
};

/// Reads all counters; exact when no worker runs.
std::vector<Balance> balances_of(const config::region::DataplaneSection& section, std::size_t live_workers);

}  // namespace ropewalk::control::cli
