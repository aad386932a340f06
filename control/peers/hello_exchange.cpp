#include "control/peers/hello_exchange.hpp"

#include "config/region/control_messages.hpp"

namespace ropewalk::control::peers {

using config::region::Message;
using config::region::MessageType;

namespace {

bool is_of_mtu(const Message& message) {
    const auto type = config::region::type_of({message.bytes.data(), message.size});
    return type == MessageType::mtu_probe || type == MessageType::mtu_answer;
}

}  // namespace

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

bool HelloExchange::has_present_key(const Message& message) const {
    const auto key = key_tags_.find(message.head.tunnel_slot);
    return key != key_tags_.end() && key->second == message.head.key_tag;
}

void HelloExchange::receive(std::span<const Message> messages, std::uint64_t now_ns, events::Events& events) {
    for (const auto& message : messages) {
        if (has_present_key(message) && !is_of_mtu(message)) peers_.receive(message);
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
