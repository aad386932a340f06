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

/// When the newest probe of the path came to one of them; 0: none did.
inline std::uint64_t newest_probe_ns(const DataplaneSection& section, std::uint32_t slot, std::size_t workers) {
    std::uint64_t newest = 0;
    for (std::size_t i = 0; i < workers; ++i) newest = std::max(newest, section.signals[i][slot].probe.arrived_ns());
    return newest;
}

/// The newest probe of the path that one of them took.
inline ProbeSight newest_probe(const DataplaneSection& section, std::uint32_t slot, std::size_t workers) {
    std::size_t newest = 0;
    std::uint64_t newest_ns = 0;
    for (std::size_t i = 0; i < workers; ++i)
        if (const std::uint64_t arrived_ns = section.signals[i][slot].probe.arrived_ns(); arrived_ns > newest_ns) {
            newest = i;
            newest_ns = arrived_ns;
        }
    return newest_ns == 0 ? ProbeSight{} : section.signals[newest][slot].probe.load();
}

/// Bit d changes with every probe of the path that came, marked DSCP d, to one of them.
inline std::uint64_t marks_changed(const DataplaneSection& section, std::uint32_t slot, std::size_t workers) {
    std::uint64_t marks = 0;
    for (std::size_t i = 0; i < workers; ++i)
        marks ^= section.signals[i][slot].marks_changed.load(std::memory_order_relaxed);
    return marks;
}

}  // namespace ropewalk::config::region
