#pragma once

#include <atomic>
#include <cstdint>

#include "config/region/limits.hpp"

namespace ropewalk::config::region {

/// The order for one tunnel, small enough for one atomic word.
struct TunnelOrder {
    /// UDP ports on which the peer receives each path, as it announced them; every peer listens on the first one.
    std::uint8_t tx_shards = 1;
    /// The receiving key under which it announced them: under another key the order counts for nothing.
    std::uint32_t key_tag = 0;
    /// Bytes of the largest inner packet, whatever the key; 0: what the snapshot says.
    std::uint16_t inner_mtu = 0;

    static constexpr std::uint32_t tag_of(std::uint64_t rx_key_id) {
        return static_cast<std::uint32_t>(rx_key_id ^ rx_key_id >> 32);
    }
    static constexpr TunnelOrder unpack(std::uint64_t word) {
        return {static_cast<std::uint8_t>(word >> 32), static_cast<std::uint32_t>(word),
                static_cast<std::uint16_t>(word >> 40)};
    }
    constexpr std::uint64_t pack() const {
        return static_cast<std::uint64_t>(inner_mtu) << 40 | static_cast<std::uint64_t>(tx_shards) << 32 | key_tag;
    }
    bool operator==(const TunnelOrder&) const = default;
};

/// The cell of a tunnel, by tunnel slot. Written by control, read by workers for every burst; it outlives control.
struct alignas(cache_line_bytes) TunnelOrders {
    std::atomic<std::uint64_t> order;  ///< TunnelOrder::pack

    TunnelOrder load() const { return TunnelOrder::unpack(order.load(std::memory_order_relaxed)); }
    void store(const TunnelOrder& wanted) { order.store(wanted.pack(), std::memory_order_relaxed); }

    /// UDP ports to spread over: 1 under another key than the order's, and where it says more than `most`, which the
    /// peer's port numbers allow.
    std::uint8_t tx_shards(std::uint64_t rx_key_id, std::uint8_t most) const {
        const TunnelOrder now = load();
        const bool holds = now.key_tag == TunnelOrder::tag_of(rx_key_id) && now.tx_shards >= 1 && now.tx_shards <= most;
        return holds ? now.tx_shards : 1;
    }

    /// Bytes of the largest inner packet: `most`, the snapshot's, where nothing is ordered, or less than `least` or
    /// more than `most`.
    std::uint16_t inner_mtu(std::uint16_t least, std::uint16_t most) const {
        const std::uint16_t ordered = load().inner_mtu;
        return ordered >= least && ordered <= most ? ordered : most;
    }
};

}  // namespace ropewalk::config::region
