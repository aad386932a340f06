#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "config/snapshot/records.hpp"
#include "dataplane/crypto/aes_gcm.hpp"
#include "dataplane/tunnel/header_template.hpp"
#include "dataplane/tunnel/inner_routes.hpp"
#include "dataplane/tunnel/tunnel_state.hpp"

namespace ropewalk::dataplane::channel {

/// One path as a worker sends on it.
struct PathView {
    tunnel::HeaderTemplate header;
    std::uint32_t slot;
    std::uint16_t port;
    std::uint8_t path_id;
    std::uint8_t family;  ///< 4 or 6
    bool computes_udp_checksum;
};

/// One tunnel as a worker uses it.
struct TunnelView {
    std::uint32_t slot;
    std::uint32_t tx_spi, rx_spi;
    std::array<std::uint8_t, 4> tx_salt, rx_salt;
    std::uint16_t inner_mtu;
    config::snapshot::WireCode wire;
    /// Bit i: the i-th path has a next hop; what traffic without a class is sent on.
    std::uint32_t all_paths;
    /// At least one path sends UDP checksums, so the sum over the sealed bytes is worth having once.
    bool computes_udp_checksums;
    crypto::AesGcm tx_key, rx_key;
    tunnel::TunnelState* state;
    std::vector<PathView> paths;
    std::vector<config::snapshot::ClassRecord> classes;
    /// Paths a class really uses, by class: those with a next hop, as many as it wants copies.
    std::vector<std::uint32_t> class_paths;
    /// Index into `paths` by path id; `unknown_path` when there is none.
    std::array<std::uint8_t, 256> path_by_id;

    static constexpr std::uint8_t unknown_path = 0xff;
};

/// A local UDP endpoint on which a port expects copies.
struct EndpointView {
    std::array<std::uint8_t, 16> address;
    std::uint16_t udp_port;
    std::uint8_t family;
    config::snapshot::WireCode wire;
};

/// Tunnel index by SPI: open addressing, at most half full, so a miss ends after a step or two.
class SpiTable {
public:
    static constexpr std::uint32_t none = config::snapshot::no_tunnel;

    explicit SpiTable(std::size_t entries = 0);
    void insert(std::uint32_t spi, std::uint32_t tunnel);
    std::uint32_t find(std::uint32_t spi) const {
        for (std::uint32_t at = spi & mask_;; at = (at + 1) & mask_) {
            if (cells_[at].spi == spi) return cells_[at].tunnel;
            if (cells_[at].spi == 0) return none;
        }
    }

private:
    struct Cell {
        std::uint32_t spi = 0;  ///< 0 is reserved (RFC 4303 section 2.1), here: empty
        std::uint32_t tunnel = none;
    };
    std::uint32_t mask_;
    std::vector<Cell> cells_;
};

/// A verified snapshot, compiled for the workers: immutable, made and freed by the main lcore, read by workers.
struct ConfigView {
    std::uint64_t generation = 0;
    std::vector<TunnelView> tunnels;
    tunnel::InnerRoutes routes;
    SpiTable spis;
    std::vector<std::vector<EndpointView>> endpoints_by_port;
    /// Tunnel index by tunnel slot, for injected messages; none where the slot is unused.
    std::vector<std::uint32_t> tunnel_by_slot;
};

}  // namespace ropewalk::dataplane::channel
