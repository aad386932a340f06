#include "dataplane/channel/tunnel_registry.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "config/region/received.hpp"
#include "dataplane/tunnel/sequence_lease.hpp"

namespace ropewalk::dataplane::channel {

using config::region::TunnelRecord;
using tunnel::TunnelState;
using Kind = RecordRequest::Kind;

namespace {

/// The key's next number as an earlier dataplane of this boot left it, whatever slot its tunnel had; 0: none did.
std::uint64_t next_in_memory(const config::region::DataplaneSection& section, std::uint64_t tx_key_id) {
    std::uint64_t next = 0;
    for (const auto& status : section.tunnels)
        if (status.tx_key_id.load() == tx_key_id) next = std::max(next, status.next_sequence.load());
    return next;
}

}  // namespace

TunnelRegistry::Kept TunnelRegistry::make(const TunnelRecord& tunnel) const {
    auto state = std::make_unique<TunnelState>(tunnel.window_log2);
    state->window.start_above(tunnel::Window::highest_floor);
    return {.name = tunnel.name.data(),
            .slot = tunnel.slot,
            .state = std::move(state),
            .tx_key = std::make_unique<crypto::AesGcm>(tunnel.cipher, tunnel.tx_key),
            .rx_key = std::make_unique<crypto::AesGcm>(tunnel.cipher, tunnel.rx_key),
            .next_in_memory = next_in_memory(section_, tunnel.tx_key_id),
            .received = config::region::newest_received(section_, tunnel.rx_key_id),
            .received_recorded = {},
            .sending = {},
            .receiving = {},
            .overdue = {},
            .overdue_counted_ns = 0};
}

Result<KeptTunnel> TunnelRegistry::kept_for(const TunnelRecord& tunnel) {
    const Keys keys{tunnel.tx_key_id, tunnel.rx_key_id};
    auto found = states_.find(keys);
    if (found == states_.end()) {
        found = states_.emplace(keys, make(tunnel)).first;
        ask_to_begin(keys, found->second);
        follow_disk();
    }
    Kept& kept = found->second;
    if (!kept.tx_key->is_of(tunnel.cipher, tunnel.tx_key) || !kept.rx_key->is_of(tunnel.cipher, tunnel.rx_key))
        return fail(fmt::format("tunnel {}: its key ids stand for other keys than before", tunnel.name.data()));
    kept.name = tunnel.name.data();
    kept.slot = tunnel.slot;
    publish(keys, kept);
    return KeptTunnel{kept.state.get(), kept.tx_key.get(), kept.rx_key.get()};
}

void TunnelRegistry::publish(const Keys& keys, const Kept& kept) {
    auto& status = section_.tunnels[kept.slot];
    if (status.tx_key_id.load() != keys.tx) {
        // Never a moment in which the number of one key stands beside the name of another.
        status.next_sequence.store(0);
        status.tx_key_id.store(keys.tx);
    }
    // Until then the number of an earlier dataplane stays: if this one never sends, the next still needs it.
    if (kept.state->sequence.has_begun()) status.next_sequence.store(kept.state->sequence.next());
    status.window_packets.set(kept.state->window.size());
    status.sending.store(static_cast<std::uint8_t>(kept.sending.code));
    status.receiving.store(static_cast<std::uint8_t>(kept.receiving.code));
}

void TunnelRegistry::ask(const Keys& keys, Direction& direction, RecordRequest request) {
    request.ticket = direction.ticket = ++last_ticket_;
    asked_.emplace(request.ticket, keys);
    records_.ask(request);
}

void TunnelRegistry::ask_to_begin(const Keys& keys, Kept& kept) {
    if (!kept.state->sequence.has_begun() && kept.sending.ticket == 0)
        ask(keys, kept.sending,
            {.kind = Kind::begin_sending, .ticket = 0, .key_id = keys.tx, .next_in_memory = kept.next_in_memory});
    if (kept.receiving.code != RecordCode::fine && kept.receiving.ticket == 0)
        ask(keys, kept.receiving, {.kind = Kind::begin_receiving, .ticket = 0, .key_id = keys.rx});
}

bool TunnelRegistry::is_settled() const {
    return std::ranges::none_of(states_, [](const auto& entry) {
        const Kept& kept = entry.second;
        return kept.sending.code == RecordCode::asked || kept.receiving.code == RecordCode::asked;
    });
}

void TunnelRegistry::follow_disk() {
    for (const RecordAnswer& answer : records_.take_answers()) {
        const auto asked = asked_.extract(answer.request.ticket);
        const auto found = states_.find(asked.mapped());
        if (found == states_.end()) continue;
        Kept& kept = found->second;
        // Of a tunnel that was forgotten and made again only the newer request counts.
        if (kept.sending.ticket == answer.request.ticket)
            follow_sending(answer, kept);
        else if (kept.receiving.ticket == answer.request.ticket)
            follow_receiving(answer, kept);
        publish(found->first, kept);
    }
    for (const ReceivedAnswer& answer : records_.take_received_answers()) follow_recorded(answer);
}

void TunnelRegistry::renew_leases() {
    follow_disk();
    for (auto& [keys, kept] : states_) {
        tunnel::SequenceSpace& sequence = kept.state->sequence;
        if (!sequence.has_begun()) {
            if (kept.sending.code == RecordCode::clock_behind && clock_.now_ns() >= kept.sending.waits_for_ns)
                ask_to_begin(keys, kept);
            continue;
        }
        const std::uint64_t next = sequence.next();
        section_.tunnels[kept.slot].next_sequence.store(next, std::memory_order_relaxed);
        if (!tunnel::lease_runs_out(next, sequence.limit())) continue;
        if (kept.sending.ticket != 0) continue;
        ask(keys, kept.sending,
            {.kind = Kind::renew_lease, .ticket = 0, .key_id = keys.tx, .limit = next + tunnel::lease_numbers});
    }
    follow_disk();
}

void TunnelRegistry::move_on(std::uint64_t ahead_ns) {
    const std::uint64_t now_ns = clock_.now_ns();
    for (auto& [keys, kept] : states_) {
        tunnel::SequenceSpace& sequence = kept.state->sequence;
        if (sequence.has_begun()) sequence.move_on_to(std::max(now_ns, sequence.next() + ahead_ns));
    }
}

void TunnelRegistry::try_again() {
    for (auto& [keys, kept] : states_) ask_to_begin(keys, kept);
    follow_disk();
}

void TunnelRegistry::record_received() {
    follow_disk();
    std::vector<Received> numbers;
    bool some_new = false;
    for (auto& [keys, kept] : states_) {
        // What is not known must not be recorded.
        if (kept.receiving.code != RecordCode::fine) continue;
        kept.received = std::max(kept.received, config::region::newest_received(section_, kept.slot, keys.rx));
        numbers.push_back({keys.rx, kept.received});
        some_new |= kept.received_recorded != kept.received;
    }
    if (!some_new) return;
    records_.record_received(std::move(numbers));
    follow_disk();
}

void TunnelRegistry::publish_windows() {
    for (const auto& [keys, kept] : states_) {
        const tunnel::Window& window = kept.state->window;
        auto& status = section_.tunnels[kept.slot];
        status.lost.set(window.lost());
        status.jumped.set(window.jumped());
        status.largest_age.set(window.largest_age());
    }
}

void TunnelRegistry::count_overdue(std::uint64_t now_ns) {
    constexpr std::uint64_t interval_ns = 1'000'000'000;
    // With more tunnels than calls in an interval each has its turn all the same.
    const auto next =
        std::ranges::min_element(states_, {}, [](const auto& entry) { return entry.second.overdue_counted_ns; });
    if (next == states_.end() || now_ns - next->second.overdue_counted_ns < interval_ns) return;
    Kept& kept = next->second;
    kept.overdue_counted_ns = now_ns;
    const tunnel::Window& window = kept.state->window;
    section_.tunnels[kept.slot].overdue.set(window.missing_up_to(kept.overdue.up_to(window.newest(), now_ns)));
}

void TunnelRegistry::keep_only(const view::ConfigView& view) {
    std::set<const TunnelState*> used;
    for (const view::TunnelView& tunnel : view.tunnels) used.insert(tunnel.state);
    std::erase_if(states_, [&](const auto& entry) { return !used.contains(entry.second.state.get()); });
}

}  // namespace ropewalk::dataplane::channel
