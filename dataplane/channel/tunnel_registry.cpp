#include "dataplane/channel/tunnel_registry.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "config/region/received.hpp"
#include "dataplane/tunnel/sequence_lease.hpp"

namespace ropewalk::dataplane::channel {

using tunnel::SequenceStart;
using tunnel::TunnelState;

Result<std::uint64_t> TunnelRegistry::first_sequence(const config::region::TunnelRecord& tunnel) const {
    const auto limit = store_.read(tunnel.tx_key_id);
    if (!limit) return tl::make_unexpected(limit.error());
    for (;;) {
        const SequenceStart start = tunnel::decide_sequence_start(clock_.now_ns(), *limit);
        if (start.action == SequenceStart::Action::begin) return start.first;
        if (start.action == SequenceStart::Action::refuse)
            return fail(
                fmt::format("tunnel {}: the clock stands {:.1f} s before sequence numbers already used under this key; "
                            "set the clock "
                            "right, or make a new key on both gateways (ropewalk genkey)",
                            tunnel.name.data(), static_cast<double>(start.wait_ns) / 1e9));
        clock_.wait(start.wait_ns);
    }
}

Result<std::uint64_t> TunnelRegistry::received_under(std::uint64_t rx_key_id) const {
    auto newest = store_.read(rx_key_id, SequenceStore::Direction::received);
    if (!newest) return newest;
    return std::max(*newest, config::region::newest_received(section_, rx_key_id));
}

void TunnelRegistry::publish(const Keys& keys, const Held& held) {
    auto& status = section_.tunnels[held.slot];
    status.tx_key_id.store(keys.tx);
    status.next_sequence.store(held.state->sequence.next());
    status.window_packets.set(held.state->window.size());
}

Result<TunnelRegistry::Held> TunnelRegistry::make(const config::region::TunnelRecord& tunnel) const {
    const auto first = first_sequence(tunnel);
    if (!first) return tl::make_unexpected(first.error());
    const std::uint64_t limit = *first + tunnel::lease_numbers;
    if (auto recorded = store_.record(tunnel.tx_key_id, limit); !recorded) return tl::make_unexpected(recorded.error());
    const auto received = received_under(tunnel.rx_key_id);
    if (!received) return tl::make_unexpected(received.error());

    auto state = std::make_unique<TunnelState>(*first, tunnel.window_log2);
    state->sequence.extend_to(limit);
    state->window.start_above(*received);
    return Held{tunnel.slot, std::move(state), std::make_unique<crypto::AesGcm>(tunnel.cipher, tunnel.tx_key),
                std::make_unique<crypto::AesGcm>(tunnel.cipher, tunnel.rx_key), *received};
}

Result<KeptTunnel> TunnelRegistry::kept_for(const config::region::TunnelRecord& tunnel) {
    const Keys keys{tunnel.tx_key_id, tunnel.rx_key_id};
    auto found = states_.find(keys);
    if (found == states_.end()) {
        auto made = make(tunnel);
        if (!made) return tl::make_unexpected(made.error());
        found = states_.emplace(keys, std::move(*made)).first;
    }
    Held& held = found->second;
    if (!held.tx_key->is_of(tunnel.cipher, tunnel.tx_key) || !held.rx_key->is_of(tunnel.cipher, tunnel.rx_key))
        return fail(fmt::format("tunnel {}: its key ids stand for other keys than before", tunnel.name.data()));
    held.slot = tunnel.slot;
    publish(keys, held);
    return KeptTunnel{held.state.get(), held.tx_key.get(), held.rx_key.get()};
}

Result<void> TunnelRegistry::renew_leases() {
    Result<void> outcome;
    for (auto& [keys, held] : states_) {
        tunnel::SequenceSpace& sequence = held.state->sequence;
        const std::uint64_t next = sequence.next();
        section_.tunnels[held.slot].next_sequence.store(next, std::memory_order_relaxed);
        if (!tunnel::lease_runs_out(next, sequence.limit())) continue;
        const std::uint64_t limit = next + tunnel::lease_numbers;
        if (auto recorded = store_.record(keys.tx, limit); !recorded)
            outcome = recorded;
        else
            sequence.extend_to(limit);
    }
    return outcome;
}

Result<void> TunnelRegistry::record_received() {
    Result<void> outcome;
    for (auto& [keys, held] : states_) {
        const std::uint64_t newest = config::region::newest_received(section_, held.slot, keys.rx);
        if (newest <= held.received_recorded) continue;
        if (auto recorded = store_.record(keys.rx, newest, SequenceStore::Direction::received); !recorded)
            outcome = recorded;
        else
            held.received_recorded = newest;
    }
    return outcome;
}

void TunnelRegistry::publish_windows() {
    for (const auto& [keys, held] : states_) {
        const tunnel::Window& window = held.state->window;
        auto& status = section_.tunnels[held.slot];
        status.lost.set(window.lost());
        status.jumped.set(window.jumped());
        status.largest_age.set(window.largest_age());
    }
}

void TunnelRegistry::keep_only(const view::ConfigView& view) {
    std::set<const TunnelState*> used;
    for (const view::TunnelView& tunnel : view.tunnels) used.insert(tunnel.state);
    std::erase_if(states_, [&](const auto& entry) { return !used.contains(entry.second.state.get()); });
}

}  // namespace ropewalk::dataplane::channel
