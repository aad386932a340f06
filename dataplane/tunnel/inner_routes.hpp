#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "config/snapshot/records.hpp"

namespace ropewalk::dataplane::tunnel {

/// Which tunnel an inner address belongs to: binary search in a sorted partition of the address space, about ten
/// steps for a thousand prefixes and one for a single tunnel. Immutable.
class InnerRoutes {
public:
    static constexpr std::uint32_t none = config::snapshot::no_tunnel;

    InnerRoutes() = default;
    /// Copies verified ranges: sorted by `first`, the first one at address zero (or no ranges at all).
    InnerRoutes(std::span<const config::snapshot::RangeV4Record> v4,
                std::span<const config::snapshot::RangeV6Record> v6)
        : v4_(v4.begin(), v4.end()), v6_(v6.begin(), v6.end()) {}

    /// Index of the tunnel, or `none`; the address is in host order.
    std::uint32_t find_v4(std::uint32_t address) const {
        const auto after = std::upper_bound(v4_.begin(), v4_.end(), address,
                                            [](std::uint32_t value, const auto& range) { return value < range.first; });
        return after == v4_.begin() ? none : std::prev(after)->tunnel;
    }

    std::uint32_t find_v6(std::uint64_t high, std::uint64_t low) const {
        const auto after =
            std::upper_bound(v6_.begin(), v6_.end(), high, [low](std::uint64_t value, const auto& range) {
                return value != range.first_high ? value < range.first_high : low < range.first_low;
            });
        return after == v6_.begin() ? none : std::prev(after)->tunnel;
    }

private:
    std::vector<config::snapshot::RangeV4Record> v4_;
    std::vector<config::snapshot::RangeV6Record> v6_;
};

}  // namespace ropewalk::dataplane::tunnel
