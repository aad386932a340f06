#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "config/region/layout.hpp"
#include "config/result.hpp"
#include "dataplane/channel/sequence_store.hpp"
#include "dataplane/channel/wall_clock.hpp"
#include "dataplane/crypto/aes_gcm.hpp"
#include "dataplane/tunnel/tunnel_state.hpp"
#include "dataplane/view/config_view.hpp"

namespace ropewalk::dataplane::channel {

/// What a tunnel keeps from one snapshot to the next under the same keys; the registry's.
struct KeptTunnel {
    tunnel::TunnelState* state;
    const crypto::AesGcm *tx_key, *rx_key;
};

/// Owns what outlives a snapshot of each tunnel, by the ids of its keys: both sequence spaces, and the expanded keys.
/// Used by the main lcore only.
class TunnelRegistry {
public:
    TunnelRegistry(SequenceStore store, config::region::DataplaneSection& section,
                   WallClock clock = system_wall_clock())
        : store_(std::move(store)), section_(section), clock_(std::move(clock)) {}

    /// What is kept for this tunnel's keys, made on first use: the sequence begins at the wall clock, leased; the
    /// window begins above what was received under the key before, by an earlier dataplane or a tunnel of another name.
    /// A tunnel that is renamed keeps it. Fails when the clock stands before a recorded number, or when an id stood for
    /// another key before.
    Result<KeptTunnel> kept_for(const config::region::TunnelRecord& tunnel);

    /// Renews leases that run out; called often. The first failure is returned, sending stops when a lease is used up.
    Result<void> renew_leases();

    /// Records the newest numbers delivered, for the floor of the windows after a reboot; called every second or so.
    Result<void> record_received();

    /// Publishes what the windows counted.
    void publish_windows();

    /// Forgets what no tunnel of `view` uses; no worker may use it any more.
    void keep_only(const view::ConfigView& view);

private:
    struct Keys {
        std::uint64_t tx, rx;
        auto operator<=>(const Keys&) const = default;
    };
    struct Held {
        std::uint32_t slot;  ///< where its status is published
        std::unique_ptr<tunnel::TunnelState> state;
        std::unique_ptr<const crypto::AesGcm> tx_key, rx_key;
        std::uint64_t received_recorded;  ///< newest number delivered, as it stands on disk
    };

    Result<Held> make(const config::region::TunnelRecord& tunnel) const;
    Result<std::uint64_t> first_sequence(const config::region::TunnelRecord& tunnel) const;
    Result<std::uint64_t> received_under(std::uint64_t rx_key_id) const;
    void publish(const Keys& keys, const Held& held);

    SequenceStore store_;
    config::region::DataplaneSection& section_;
    WallClock clock_;
    std::map<Keys, Held> states_;
};

}  // namespace ropewalk::dataplane::channel
