#pragma once

#include <array>
#include <cstdint>

#include "dataplane/burst/live_orders.hpp"
#include "dataplane/packet/burst.hpp"
#include "dataplane/view/tunnel_view.hpp"

namespace ropewalk::dataplane::burst {

/// Consecutive packets of a TunnelBurst, which keeps the arrays and the orders.
struct TunnelPart {
    const view::TunnelView* tunnel;
    const LiveOrders* orders;
    std::uint16_t count;
    packet::Packet** packets;
    std::uint32_t* paths;
    const std::uint8_t* traffic_class;
    const std::uint8_t* next_header;
};

/// Packets of one tunnel on their way out, as parallel arrays.
struct TunnelBurst {
    /// Stands here only: a column is an array below, a member here and a line in each of push(), move() and row().
    struct Row {
        packet::Packet* packet;
        std::uint32_t paths;
        std::uint16_t matched_class;
        std::uint8_t traffic_class;
        std::uint8_t next_header;
    };

    const view::TunnelView* tunnel = nullptr;
    LiveOrders orders;
    std::uint16_t count = 0;
    std::array<packet::Packet*, packet::burst_capacity> packets;
    std::array<std::uint32_t, packet::burst_capacity> paths;          ///< bit i: send on the tunnel's i-th path
    std::array<std::uint16_t, packet::burst_capacity> matched_class;  ///< index into the view's choices of paths
    std::array<std::uint8_t, packet::burst_capacity> traffic_class;   ///< DSCP and ECN of the inner packet
    std::array<std::uint8_t, packet::burst_capacity> next_header;     ///< what ESP will carry

    void push(const Row& row) { put(count++, row); }
    /// Keeps row `from` as the `kept`-th.
    void move(std::uint16_t from, std::uint16_t kept) { put(kept, row(from)); }
    Row row(std::uint16_t i) const {
        return {packets[i], paths[i], matched_class[i], traffic_class[i], next_header[i]};
    }

    /// The packets from `begin` on, of which those for several paths hold at most `bytes` together; at least one.
    TunnelPart part(std::uint16_t begin, std::uint32_t bytes) {
        const auto copied_bytes = [this](std::uint16_t i) {
            return (paths[i] & (paths[i] - 1)) != 0 ? packets[i]->size() : 0U;
        };
        std::uint32_t sum = copied_bytes(begin);
        std::uint16_t end = begin + 1;
        while (end < count && (sum += copied_bytes(end)) <= bytes) ++end;
        return {.tunnel = tunnel,
                .orders = &orders,
                .count = static_cast<std::uint16_t>(end - begin),
                .packets = &packets[begin],
                .paths = &paths[begin],
                .traffic_class = &traffic_class[begin],
                .next_header = &next_header[begin]};
    }

private:
    void put(std::uint16_t i, const Row& row) {
        packets[i] = row.packet;
        paths[i] = row.paths;
        matched_class[i] = row.matched_class;
        traffic_class[i] = row.traffic_class;
        next_header[i] = row.next_header;
    }
};

}  // namespace ropewalk::dataplane::burst
