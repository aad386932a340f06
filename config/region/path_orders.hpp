#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "config/region/ethernet_cell.hpp"
#include "config/region/limits.hpp"
#include "config/region/reception_figures.hpp"

namespace ropewalk::config::region {

/// What workers may do with a path. A value that is not listed counts as `none`.
enum class PathUse : std::uint8_t {
    none = 0,     ///< nothing can be sent: no next hop is known
    use = 1,      ///< it is fit for traffic
    suspect = 2,  ///< it may be dying, or loses much: what it carries goes by others, too
    spare = 3,    ///< it carries what goes by every path, and anything where no path is fit
    drain = 4,    ///< no traffic, but control's messages and probes
};

/// The order for one path. What is used how, rank and next hop fit in one atomic word, so that they are never read
/// half.
struct PathOrder {
    PathUse use = PathUse::none;
    std::array<std::uint8_t, 6> next_hop{};  ///< Ethernet address, meaningless with `none`
    std::uint8_t rank = 0;                   ///< its place among the tunnel's paths, the best one is 0
    std::uint32_t probe_interval_us = 0;     ///< 0: no probes go by it
    std::uint32_t silence_us = 0;            ///< unheard for so long it is `spare` while no control lives; 0: never
    /// It costs by the byte: while another one is fit it carries only what prefers it.
    bool is_reserved = false;

    static constexpr PathOrder unpack(std::uint64_t word, std::uint64_t timing = 0) {
        PathOrder order;
        order.next_hop = address_of(word);
        // A group address is nobody's next hop: frames to it would reach every station.
        const std::uint64_t use = word >> 48 & 0x7f;
        const bool usable =
            use <= static_cast<std::uint64_t>(PathUse::drain) && (word & 1) == 0 && (word & 0xffff'ffff'ffff) != 0;
        order.use = usable ? static_cast<PathUse>(use) : PathUse::none;
        order.is_reserved = (word >> 55 & 1) != 0;
        order.rank = static_cast<std::uint8_t>(word >> 56);
        order.probe_interval_us = static_cast<std::uint32_t>(timing);
        order.silence_us = static_cast<std::uint32_t>(timing >> 32);
        return order;
    }
    constexpr std::uint64_t pack() const {
        return static_cast<std::uint64_t>(rank) << 56 | std::uint64_t{is_reserved} << 55 |
               static_cast<std::uint64_t>(use) << 48 | cell_of(next_hop);
    }
    constexpr std::uint64_t pack_timing() const {
        return static_cast<std::uint64_t>(silence_us) << 32 | probe_interval_us;
    }
    bool operator==(const PathOrder&) const = default;
};

/// The cell of a path, by path slot. Written by control, read by workers for every burst of the path's tunnel; it
/// outlives control. A new file is all zeros, which orders nothing to be sent.
struct alignas(cache_line_bytes) PathOrders {
    std::atomic<std::uint64_t> order;   ///< PathOrder::pack
    std::atomic<std::uint64_t> timing;  ///< PathOrder::pack_timing
    /// ReceptionFigures::pack, which probes tell the peer.
    std::atomic<std::uint64_t> reception;
    /// The same: bit d for a DSCP d that the peer's probes wear and that does not arrive.
    std::atomic<std::uint64_t> marks_lost;

    PathOrder load() const {
        return PathOrder::unpack(order.load(std::memory_order_relaxed), timing.load(std::memory_order_relaxed));
    }
    void store(const PathOrder& wanted) {
        order.store(wanted.pack(), std::memory_order_relaxed);
        timing.store(wanted.pack_timing(), std::memory_order_relaxed);
    }
};

}  // namespace ropewalk::config::region
