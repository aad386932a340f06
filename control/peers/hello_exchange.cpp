#include "control/peers/hello_exchange.hpp"

namespace ropewalk::control::peers {

using config::region::ControlSection;
using config::region::DataplaneSection;
using config::region::Message;

namespace {

/// Most messages taken from a punt ring at once; more than it holds.
constexpr int most_messages = 512;

}  // namespace

std::vector<HelloTarget> hello_targets(const config::schema::Gateway& gateway,
                                       const config::snapshot::Resolved& resolved,
                                       const std::map<std::string, std::uint8_t>& shards) {
    std::vector<HelloTarget> targets;
    for (const auto& tunnel : gateway.tunnels) {
        const auto told = shards.find(tunnel.name);
        for (const auto& path : tunnel.paths) {
            const std::string key = config::snapshot::path_key(tunnel, path);
            if (tunnel.wire == config::schema::Wire::ropewalk && resolved.next_hops.contains(key))
                targets.push_back({resolved.tunnel_slots.at(tunnel.name), resolved.path_slots.at(key),
                                   told == shards.end() ? std::uint8_t{1} : told->second});
        }
    }
    return targets;
}

std::vector<Message> HelloExchange::receive(ControlSection& ours, const DataplaneSection& dataplane) {
    std::vector<Message> news;
    Message message;
    for (std::size_t worker = 0; worker < ours.punt.size(); ++worker)
        for (int i = 0; i < most_messages && ring_pop(ours.punt[worker], dataplane.punt[worker], message); ++i)
            if (peers_.receive(message)) news.push_back(message);
    return news;
}

void HelloExchange::send(ControlSection& ours, const DataplaneSection& dataplane, std::uint64_t now_ns, Hello hello) {
    for (const auto& target : schedule_.due(now_ns)) {
        hello.shards = target.shards;
        // A full ring means that the worker has better things to do; the next hello comes soon.
        ring_push(ours.inject, dataplane.inject, {target.tunnel_slot, target.path_slot, now_ns, 0, {}}, encode(hello));
    }
}

}  // namespace ropewalk::control::peers
