#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <vector>

namespace ropewalk::dataplane::eal {

/// UDP ports in a row.
struct UdpPorts {
    std::uint16_t first;
    std::uint16_t last;  ///< inclusive, not below `first`
    auto operator<=>(const UdpPorts&) const = default;
};

/// Sorted, with those that touch each other made one.
inline std::vector<UdpPorts> merged(std::vector<UdpPorts> ports) {
    std::ranges::sort(ports);
    std::vector<UdpPorts> merged;
    for (const UdpPorts& range : ports) {
        if (!merged.empty() && range.first <= merged.back().last + 1)
            merged.back().last = std::max(merged.back().last, range.last);
        else
            merged.push_back(range);
    }
    return merged;
}

}  // namespace ropewalk::dataplane::eal
