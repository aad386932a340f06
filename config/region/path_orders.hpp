#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "config/region/ethernet_cell.hpp"
#include "config/region/limits.hpp"

namespace ropewalk::config::region {

/// What workers may do with a path. A value that is not listed counts as `none`.
enum class PathUse : std::uint8_t {
    none = 0,  ///< nothing can be sent: no next hop is known
    use = 1,
};

/// The order for one path, small enough for one atomic word, so that it is never read half.
struct PathOrder {
    PathUse use = PathUse::none;
    std::array<std::uint8_t, 6> next_hop{};  ///< Ethernet address, meaningful with `use` only

    static constexpr PathOrder unpack(std::uint64_t word) {
        PathOrder order;
        order.next_hop = address_of(word);
        // A group address is nobody's next hop: frames to it would reach every station.
        const bool usable = (word >> 48 & 0xff) == static_cast<std::uint64_t>(PathUse::use) && (word & 1) == 0 &&
                            (word & 0xffff'ffff'ffff) != 0;
        order.use = usable ? PathUse::use : PathUse::none;
        return order;
    }
    constexpr std::uint64_t pack() const { return static_cast<std::uint64_t>(use) << 48 | cell_of(next_hop); }
    bool operator==(const PathOrder&) const = default;
};

/// The cell of a path, by path slot. Written by control, read by workers for every burst of the path's tunnel; it
/// outlives control. A new file is all zeros, which orders nothing to be sent.
struct alignas(cache_line_bytes) PathOrders {
    std::atomic<std::uint64_t> order;  ///< PathOrder::pack

    PathOrder load() const { return PathOrder::unpack(order.load(std::memory_order_relaxed)); }
    void store(const PathOrder& wanted) { order.store(wanted.pack(), std::memory_order_relaxed); }
};

}  // namespace ropewalk::config::region
