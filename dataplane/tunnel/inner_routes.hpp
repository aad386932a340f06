#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "config/region/records.hpp"

namespace ropewalk::dataplane::tunnel {

/// Which tunnel an inner address belongs to. No step of it is a guess of the processor's: with many routes hardly a
/// packet takes the branches of the one before. Immutable.
///
/// IPv4: a table by the first 16 bits of the address, whose cells lead on to tables by the next 8 and the last 8 bits
/// where a route ends beyond them. IPv6: binary search in the sorted partition of the snapshot.
class InnerRoutes {
public:
    static constexpr std::uint32_t none = config::region::no_tunnel_index;

    InnerRoutes() = default;
    /// Copies verified ranges: sorted by `first`, the first one at address zero (or no ranges at all).
    InnerRoutes(std::span<const config::region::RangeV4Record> v4, std::span<const config::region::RangeV6Record> v6);

    /// Index of the tunnel, or `none`; the address is in host order.
    std::uint32_t find_v4(std::uint32_t address) const {
        Cell cell = by_16_bits_[address >> 16];
        if (leads_on(cell)) cell = nodes_[cell & ~leads_on_bit][address >> 8 & 0xff];
        if (leads_on(cell)) cell = nodes_[cell & ~leads_on_bit][address & 0xff];
        return cell == no_route ? none : cell;
    }

    std::uint32_t find_v6(std::uint64_t high, std::uint64_t low) const {
        const Address address = Address{high} << 64 | low;
        const Address* base = firsts_.data();
        for (std::size_t half = firsts_.size() / 2; half != 0; half /= 2) base += base[half] <= address ? half : 0;
        return tunnels_[static_cast<std::size_t>(base - firsts_.data())];
    }

private:
    using Address = unsigned __int128;
    /// Index of a tunnel, `no_route`, or with the highest bit the index of a node.
    using Cell = std::uint16_t;
    using Node = std::array<Cell, 256>;
    static constexpr Cell leads_on_bit = 0x8000, no_route = 0x7fff;
    static_assert(config::region::max_tunnels < no_route);
    /// A route's two ends make a node on each of two levels at most.
    static_assert(2 * config::region::max_ranges <= leads_on_bit);

    static bool leads_on(Cell cell) { return (cell & leads_on_bit) != 0; }

    void add_v4(std::uint32_t first, std::uint32_t last, Cell tunnel);
    Node& node_behind(Cell& cell);

    std::vector<Cell> by_16_bits_ = std::vector<Cell>(1 << 16, no_route);
    std::vector<Node> nodes_;
    /// First addresses of the IPv6 ranges, a power of two of them: the last one repeated fills up.
    std::vector<Address> firsts_ = {0};
    std::vector<std::uint32_t> tunnels_ = {none};  ///< of the ranges
};

}  // namespace ropewalk::dataplane::tunnel
