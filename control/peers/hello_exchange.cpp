#include "control/peers/hello_exchange.hpp"

namespace ropewalk::control::peers {

std::vector<HelloTarget> hello_targets(const config::schema::Gateway& gateway,
                                       const config::snapshot::Resolved& resolved, const paths::PathTable& paths,
                                       const std::map<std::string, std::uint8_t>& shards) {
    std::vector<HelloTarget> targets;
    for (const auto& tunnel : gateway.tunnels) {
        const auto told = shards.find(tunnel.name);
        for (const auto& path : tunnel.paths) {
            const std::uint32_t slot = resolved.path_slots.at(config::snapshot::path_key(tunnel, path));
            if (config::traits_of(tunnel.wire).has_control_messages && paths.has_next_hop(slot))
                targets.push_back({resolved.tunnel_slots.at(tunnel.name), slot,
                                   told == shards.end() ? std::uint8_t{1} : told->second});
        }
    }
    return targets;
}

void HelloExchange::receive(std::span<const config::region::Message> messages, std::uint64_t now_ns,
                            events::Events& events) {
    for (const auto& message : messages) {
        // Workers go on with the former keys until they have the snapshot, and the rings hold what they heard before.
        const auto key = key_tags_.find(message.head.tunnel_slot);
        if (key == key_tags_.end() || key->second != message.head.key_tag) continue;
        peers_.receive(message);
    }
    for (const auto& [where, hello, untold] : peers_.settle(now_ns))
        events.push_back({where.first, where.second, events::PeerAppeared{hello.gateway, hello.version, untold}});
}

void HelloExchange::send(std::uint64_t now_ns, std::size_t room, Hello hello, std::vector<OutgoingMessage>& out) {
    for (const auto& target : schedule_.due(now_ns, room)) {
        hello.shards = target.shards;
        const auto bytes = encode(hello);
        out.push_back({{target.tunnel_slot, target.path_slot, now_ns, 0, {}}, {bytes.begin(), bytes.end()}});
    }
}

}  // namespace ropewalk::control::peers
