#pragma once

#include <algorithm>
#include <cstdint>

#include "config/region/layout.hpp"

namespace ropewalk::config::region {

/// The newest number that any worker may have delivered of the tunnel in a slot under a key; 0: none.
inline std::uint64_t newest_received(const DataplaneSection& section, std::uint32_t slot, std::uint64_t rx_key_id) {
    std::uint64_t newest = 0;
    for (const auto& marks : section.received) {
        const ReceivedMark& mark = marks[slot];
        if (mark.rx_key_id.load(std::memory_order_acquire) != rx_key_id) continue;
        const std::uint64_t number = mark.newest.load(std::memory_order_acquire);
        // A worker may have begun with another key in between; then the number is that key's.
        if (mark.rx_key_id.load(std::memory_order_acquire) == rx_key_id) newest = std::max(newest, number);
    }
    return newest;
}

/// The same, whatever slot the tunnel had.
inline std::uint64_t newest_received(const DataplaneSection& section, std::uint64_t rx_key_id) {
    std::uint64_t newest = 0;
    for (std::uint32_t slot = 0; slot < max_tunnels; ++slot)
        newest = std::max(newest, newest_received(section, slot, rx_key_id));
    return newest;
}

}  // namespace ropewalk::config::region
