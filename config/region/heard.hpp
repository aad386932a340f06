#pragma once

#include <algorithm>
#include <cstdint>

#include "config/region/layout.hpp"

namespace ropewalk::config::region {

/// When the first `workers` workers heard the newest authenticated copy of the path in a slot, CLOCK_MONOTONIC; 0: none
/// did.
inline std::uint64_t newest_heard_ns(const DataplaneSection& section, std::uint32_t slot,
                                     std::size_t workers = max_workers) {
    std::uint64_t newest = 0;
    for (std::size_t i = 0; i < workers; ++i) newest = std::max(newest, section.signals[i][slot].heard_ns.get());
    return newest;
}

}  // namespace ropewalk::config::region
