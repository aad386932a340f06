#include "dataplane/tunnel/inner_routes.hpp"

#include <algorithm>
#include <bit>

namespace ropewalk::dataplane::tunnel {

InnerRoutes::InnerRoutes(std::span<const config::region::RangeV4Record> v4,
                         std::span<const config::region::RangeV6Record> v6) {
    for (std::size_t i = 0; i < v4.size(); ++i) {
        const std::uint32_t last = i + 1 < v4.size() ? v4[i + 1].first - 1 : ~std::uint32_t{0};
        add_v4(v4[i].first, last, v4[i].tunnel == none ? no_route : static_cast<Cell>(v4[i].tunnel));
    }
    if (v6.empty()) return;
    firsts_.clear();
    tunnels_.clear();
    for (const auto& range : v6) {
        firsts_.push_back(Address{range.first_high} << 64 | range.first_low);
        tunnels_.push_back(range.tunnel);
    }
    const std::size_t size = std::bit_ceil(v6.size());
    firsts_.resize(size, firsts_.back());
    tunnels_.resize(size, tunnels_.back());
}

/// Ranges come in ascending order, so what a cell says before is what the addresses before this range belong to.
void InnerRoutes::add_v4(std::uint32_t first, std::uint32_t last, Cell tunnel) {
    for (std::uint64_t at = first; at <= last;) {
        Cell& wide = by_16_bits_[at >> 16];
        if (at % (1 << 16) == 0 && last - at >= 0xffff) {
            wide = tunnel;
            at += 1 << 16;
            continue;
        }
        Cell& narrow = node_behind(wide)[at >> 8 & 0xff];
        if (at % (1 << 8) == 0 && last - at >= 0xff) {
            narrow = tunnel;
            at += 1 << 8;
            continue;
        }
        const std::uint64_t end = std::min<std::uint64_t>(last, at | 0xff);
        Node& single = node_behind(narrow);
        std::fill(single.begin() + (at & 0xff), single.begin() + (end & 0xff) + 1, tunnel);
        at = end + 1;
    }
}

/// The node a cell leads on to; made when it does not lead on yet.
InnerRoutes::Node& InnerRoutes::node_behind(Cell& cell) {
    if (leads_on(cell)) return nodes_[cell & ~leads_on_bit];
    const Cell before = cell;
    // Before the nodes move: the cell may lie in one of them.
    cell = static_cast<Cell>(nodes_.size() | leads_on_bit);
    nodes_.emplace_back().fill(before);
    return nodes_.back();
}

}  // namespace ropewalk::dataplane::tunnel
