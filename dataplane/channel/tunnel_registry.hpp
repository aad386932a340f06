#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>

#include "config/result.hpp"
#include "config/snapshot/layout.hpp"
#include "dataplane/channel/sequence_store.hpp"
#include "dataplane/tunnel/tunnel_state.hpp"

namespace ropewalk::dataplane::channel {

/// Owns what outlives a snapshot of each tunnel, by its keys. Used by the main lcore only.
class TunnelRegistry {
public:
    TunnelRegistry(SequenceStore store, config::snapshot::DataplaneSection& section)
        : store_(std::move(store)), section_(section) {}

    /// The state for this tunnel and its keys, made on first use: the sequence begins at the wall clock, leased; the
    /// window begins above what an earlier dataplane received. Fails when the clock stands before a recorded number.
    Result<tunnel::TunnelState*> state_for(const config::snapshot::TunnelRecord& tunnel);

    /// Renews leases that run out; called often. The first failure is returned, sending stops when a lease is used up.
    Result<void> renew_leases();

    /// Forgets all states but these; no worker may use the others any more.
    void keep_only(const std::set<tunnel::TunnelState*>& used);

private:
    struct Keys {
        std::uint32_t slot;
        std::uint64_t tx, rx;
        auto operator<=>(const Keys&) const = default;
    };

    Result<std::uint64_t> first_sequence(const config::snapshot::TunnelRecord& tunnel) const;

    SequenceStore store_;
    config::snapshot::DataplaneSection& section_;
    std::map<Keys, std::unique_ptr<tunnel::TunnelState>> states_;
};

}  // namespace ropewalk::dataplane::channel
