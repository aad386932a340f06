#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "config/region/records.hpp"
#include "dataplane/crypto/aes_gcm.hpp"
#include "dataplane/tunnel/class_table.hpp"
#include "dataplane/tunnel/path_choice.hpp"
#include "dataplane/tunnel/tunnel_state.hpp"
#include "dataplane/view/path_view.hpp"

namespace ropewalk::dataplane::view {

/// One tunnel as a worker uses it.
struct TunnelView {
    std::uint32_t slot;
    std::uint32_t tx_spi, rx_spi;
    std::uint64_t rx_key_id;
    std::array<std::uint8_t, 4> tx_salt, rx_salt;
    std::uint16_t inner_mtu;        ///< bytes, the most that may be ordered
    std::uint16_t least_inner_mtu;  ///< the least
    config::Wire wire;
    std::uint8_t most_tx_shards;  ///< UDP ports of the peer that may be chosen from, whatever control orders
    /// At least one path sends UDP checksums, so the sum over the sealed bytes is worth having once.
    bool computes_udp_checksums;
    const crypto::AesGcm *tx_key, *rx_key;  ///< the registry's, as the state is
    tunnel::TunnelState* state;
    std::vector<PathView> paths;
    tunnel::ClassTable classes;
    /// By index of the class, as ClassTable has it.
    std::vector<tunnel::PathChoice> choices;
    bool asks_for_the_best;  ///< one of them does
    /// Index into `paths` by path id; `unknown_path` when there is none.
    std::array<std::uint8_t, 256> path_by_id;

    static constexpr std::uint8_t unknown_path = 0xff;
};

}  // namespace ropewalk::dataplane::view
