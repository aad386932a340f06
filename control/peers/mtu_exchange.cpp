#include "control/peers/mtu_exchange.hpp"

#include <algorithm>

#include "config/region/inner_mtu.hpp"
#include "config/region/limits.hpp"
#include "config/schema/validate.hpp"

namespace ropewalk::control::peers {

using config::region::Message;
using paths::MtuSearch;
using paths::ProbedMtu;
using paths::Traffic;

namespace {

/// RFC 8899 section 5.1.2, BASE_PLPMTU.
constexpr std::uint16_t base_ipv4_bytes = 1200, base_ipv6_bytes = 1280;

/// The counter of users' packets and that of control's are read one after the other.
bool has_grown(std::uint64_t packets, std::uint64_t before) {
    return static_cast<std::int64_t>(packets - before) > 0;
}

}  // namespace

MtuSearch::Bounds MtuExchange::bounds_of(const Entry& entry, const paths::NextHopFact& fact) {
    std::uint64_t ceiling_bytes = entry.configured_bytes;
    for (const std::uint32_t seen : {fact.interface_mtu, fact.route_mtu})
        if (seen != 0) ceiling_bytes = std::min<std::uint64_t>(ceiling_bytes, seen);
    return {config::region::outer_mtu_for(mtu_message_bytes, entry.way.family(), entry.way.wire),
            entry.way.family() == config::Family::ipv4 ? base_ipv4_bytes : base_ipv6_bytes,
            static_cast<std::uint16_t>(ceiling_bytes)};
}

void MtuExchange::configure(const config::schema::Gateway& gateway, const config::snapshot::Resolved& resolved,
                            std::uint64_t now_ns) {
    if (started_ns_ == 0) started_ns_ = now_ns;
    std::map<std::uint32_t, Entry> entries;
    slots_by_path_id_.clear();
    for (const auto& tunnel : gateway.tunnels) {
        const std::uint32_t tunnel_slot = resolved.tunnel_slots.at(tunnel.name);
        for (const auto& path : tunnel.paths) {
            const std::uint32_t slot = resolved.path_slots.at(config::snapshot::path_key(tunnel, path));
            // Numbers of an earlier control are lower.
            Entry entry{tunnel_slot,
                        path.id,
                        {path.port, path.local, path.peer, tunnel.wire},
                        path.mtu_probing,
                        mtu_of(path, gateway).count,
                        MtuSearch(static_cast<std::uint32_t>(now_ns / 10'000))};
            if (const auto before = entries_.find(slot); before != entries_.end()) {
                entry.peer_answers = before->second.peer_answers;
                if (before->second.way == entry.way) entry.search = std::move(before->second.search);
            }
            entries.emplace(slot, std::move(entry));
            slots_by_path_id_[{tunnel_slot, path.id}] = slot;
        }
    }
    entries_ = std::move(entries);
}

void MtuExchange::receive(const Message& message, std::uint64_t now_ns) {
    const std::span<const std::uint8_t> bytes(message.bytes.data(), message.size);
    const std::uint32_t tunnel_slot = message.head.tunnel_slot;
    if (const auto probe = decode_mtu_probe(bytes)) {
        auto& answers = answers_[tunnel_slot];
        if (answers.size() < most_answers_per_turn) answers.push_back({*probe, message.head.padded_bytes});
    } else if (const auto answer = decode_mtu_answer(bytes)) {
        take_answer(*answer, tunnel_slot, now_ns);
    }
}

void MtuExchange::take_answer(const MtuAnswer& answer, std::uint32_t tunnel_slot, std::uint64_t now_ns) {
    const auto slot = slots_by_path_id_.find({tunnel_slot, answer.probe.path_id});
    if (slot != slots_by_path_id_.end()) {
        Entry& entry = entries_.at(slot->second);
        const auto [path_id, number, outer_bytes] = answer.probe;
        if (answer.plain_bytes == config::region::inner_mtu_for(outer_bytes, entry.way.family(), entry.way.wire) &&
            entry.search.take({number, outer_bytes}, now_ns) != MtuSearch::Taken::absurd)
            return;
    }
    ++absurd_answers_[tunnel_slot];
}

void MtuExchange::follow_traffic(const std::map<std::uint32_t, std::uint64_t>& user_packets) {
    for (const auto& [tunnel_slot, packets] : user_packets) {
        TunnelTraffic& traffic = traffic_[tunnel_slot];
        traffic.now = has_grown(packets, traffic.user_packets) ? Traffic::flows : Traffic::idle;
        traffic.user_packets = packets;
    }
}

void MtuExchange::follow_duties(std::span<const paths::MeteredPath> metered) {
    for (const auto& [slot, duty] : metered)
        if (const auto entry = entries_.find(slot); entry != entries_.end()) entry->second.duty = duty;
}

bool MtuExchange::follow_paths(const Peers& peers, std::uint64_t now_ns, paths::PathTable& paths) {
    bool is_news = false;
    for (auto& [slot, entry] : entries_) {
        const bool is_probed =
            entry.probing == config::MtuProbing::automatic && config::traits_of(entry.way.wire).has_control_messages;
        // Of a peer that was not heard yet, or since other keys, nothing is known.
        entry.peer_answers = peers.answers_mtu_probes(entry.tunnel_slot).value_or(entry.peer_answers);
        entry.can_send = paths.has_next_hop(slot);
        if (!is_probed || !entry.peer_answers)
            entry.search.follow(std::nullopt, now_ns);
        else if (entry.can_send)
            entry.search.follow(bounds_of(entry, paths.paths().at(slot).next_hop), now_ns);
        const bool is_awaited = is_probed && entry.search.carried_bytes() == 0 && entry.search.limit_bytes() == 0 &&
                                now_ns - started_ns_ < first_probe_patience_ns;
        is_news |= paths.learn(slot, ProbedMtu{entry.search.limit_bytes(), is_awaited});
    }
    return is_news;
}

OutgoingMessage MtuExchange::message_of(const Entry& entry, std::uint32_t path_slot, const MtuSearch::Probe& probe,
                                        std::uint64_t now_ns) {
    const auto bytes = encode(MtuProbe{entry.path_id, probe.number, probe.outer_bytes});
    OutgoingMessage message{{entry.tunnel_slot, path_slot, now_ns, 0, {}}, {bytes.begin(), bytes.end()}};
    message.head.padded_bytes = config::region::inner_mtu_for(probe.outer_bytes, entry.way.family(), entry.way.wire);
    return message;
}

void MtuExchange::send(std::uint64_t now_ns, std::size_t room, std::vector<OutgoingMessage>& out) {
    const std::size_t full = out.size() + room;
    for (auto& [tunnel_slot, answers] : answers_) {
        for (const MtuAnswer& answer : answers) {
            if (out.size() == full) break;
            const auto bytes = encode(answer);
            // On all paths, for the one that it is about may be dead towards the peer.
            out.push_back(
                {{tunnel_slot, config::region::every_path_slot, now_ns, 0, {}}, {bytes.begin(), bytes.end()}});
        }
    }
    answers_.clear();
    std::size_t probes = std::min(full - out.size(), most_probes_per_turn);
    std::vector<MtuSearch::Probe> due;
    auto entry = entries_.lower_bound(next_path_slot_);
    for (std::size_t i = 0; i < entries_.size() && probes >= MtuSearch::probes_of_a_round; ++i, ++entry) {
        if (entry == entries_.end()) entry = entries_.begin();
        auto& [slot, path] = *entry;
        due.clear();
        next_path_slot_ = slot + 1;
        if (!path.can_send) continue;
        const Traffic traffic = path.duty == paths::Duty::idle ? Traffic::idle : traffic_[path.tunnel_slot].now;
        path.search.run(now_ns, traffic, probes, due);
        for (const auto& probe : due) out.push_back(message_of(path, slot, probe, now_ns));
        probes -= due.size();
    }
}

std::uint64_t MtuExchange::absurd_answers(std::uint32_t tunnel_slot) const {
    const auto found = absurd_answers_.find(tunnel_slot);
    return found == absurd_answers_.end() ? 0 : found->second;
}

}  // namespace ropewalk::control::peers
