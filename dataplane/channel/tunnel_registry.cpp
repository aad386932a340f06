#include "dataplane/channel/tunnel_registry.hpp"

#include <time.h>

#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "dataplane/tunnel/sequence_lease.hpp"

namespace ropewalk::dataplane::channel {

using tunnel::SequenceStart;
using tunnel::TunnelState;

namespace {

std::uint64_t wall_clock_ns() {
    timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace

Result<std::uint64_t> TunnelRegistry::first_sequence(const config::snapshot::TunnelRecord& tunnel) const {
    const auto limit = store_.read(tunnel.tx_key_id);
    if (!limit) return tl::make_unexpected(limit.error());
    for (;;) {
        const SequenceStart start = tunnel::decide_sequence_start(wall_clock_ns(), *limit);
        if (start.action == SequenceStart::Action::begin) return start.first;
        if (start.action == SequenceStart::Action::refuse)
            return fail(
                fmt::format("tunnel {}: the clock stands {:.1f} s before sequence numbers already used under this key; "
                            "set the clock "
                            "right, or make a new key on both gateways (ropewalk genkey)",
                            tunnel.name.data(), static_cast<double>(start.wait_ns) / 1e9));
        std::this_thread::sleep_for(std::chrono::nanoseconds(start.wait_ns));
    }
}

Result<TunnelState*> TunnelRegistry::state_for(const config::snapshot::TunnelRecord& tunnel) {
    const Keys keys{tunnel.slot, tunnel.tx_key_id, tunnel.rx_key_id};
    if (const auto found = states_.find(keys); found != states_.end()) return found->second.get();

    const auto first = first_sequence(tunnel);
    if (!first) return tl::make_unexpected(first.error());
    if (auto recorded = store_.record(tunnel.tx_key_id, *first + tunnel::lease_numbers); !recorded)
        return tl::make_unexpected(recorded.error());

    auto state = std::make_unique<TunnelState>(*first, tunnel.window_log2);
    state->sequence.extend_to(*first + tunnel::lease_numbers);

    auto& status = section_.tunnels[tunnel.slot];
    if (status.rx_key_id.load() == tunnel.rx_key_id) state->window.start_above(status.highest_received.load());
    status.tx_key_id.store(tunnel.tx_key_id);
    status.next_sequence.store(*first);
    status.rx_key_id.store(tunnel.rx_key_id);
    return states_.emplace(keys, std::move(state)).first->second.get();
}

Result<void> TunnelRegistry::renew_leases() {
    Result<void> outcome;
    for (auto& [keys, state] : states_) {
        const std::uint64_t next = state->sequence.next();
        section_.tunnels[keys.slot].next_sequence.store(next, std::memory_order_relaxed);
        if (!tunnel::lease_runs_out(next, state->sequence.limit())) continue;
        const std::uint64_t limit = next + tunnel::lease_numbers;
        if (auto recorded = store_.record(keys.tx, limit); !recorded)
            outcome = recorded;
        else
            state->sequence.extend_to(limit);
    }
    return outcome;
}

void TunnelRegistry::keep_only(const std::set<TunnelState*>& used) {
    std::erase_if(states_, [&](const auto& entry) { return !used.contains(entry.second.get()); });
}

}  // namespace ropewalk::dataplane::channel
