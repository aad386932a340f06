#pragma once

#include <array>
#include <cstdint>

#include "dataplane/burst/tunnel_burst.hpp"
#include "dataplane/packet/burst.hpp"
#include "dataplane/view/config_view.hpp"

namespace ropewalk::dataplane::burst {

/// A classified burst: the arrays of TunnelBurst with a tunnel for each packet.
struct Classified {
    struct Row {
        TunnelBurst::Row packet;
        std::uint32_t tunnel;
    };

    TunnelBurst all;
    std::array<std::uint32_t, packet::burst_capacity> tunnels;  ///< index into the view's tunnels
    bool one_tunnel = true;  ///< every packet belongs to the same tunnel, as nearly always

    void push(const Row& row) {
        tunnels[all.count] = row.tunnel;
        one_tunnel &= row.tunnel == tunnels[0];
        all.push(row.packet);
    }
    /// Keeps row `from` as the `kept`-th.
    void move(std::uint16_t from, std::uint16_t kept) {
        tunnels[kept] = tunnels[from];
        all.move(from, kept);
    }
    Row row(std::uint16_t i) const { return {all.row(i), tunnels[i]}; }
};

/// Moves the packets of the first one's tunnel into `out`, order kept, and closes up the rest. False when none is left.
inline bool take_one_tunnel(Classified& from, const view::ConfigView& view, TunnelBurst& out) {
    if (from.all.count == 0) return false;
    const std::uint32_t tunnel = from.tunnels[0];
    out.tunnel = &view.tunnels[tunnel];
    out.count = 0;
    std::uint16_t kept = 0;
    for (std::uint16_t i = 0; i < from.all.count; ++i)
        if (from.tunnels[i] == tunnel)
            out.push(from.all.row(i));
        else
            from.move(i, kept++);
    from.all.count = kept;
    return true;
}

}  // namespace ropewalk::dataplane::burst
