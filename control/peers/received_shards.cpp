#include "control/peers/received_shards.hpp"

#include <algorithm>
#include <utility>

#include "config/region/fixed_text.hpp"
#include "config/schema/validate.hpp"

namespace ropewalk::control::peers {

using config::schema::Gateway;

void ReceivedShards::take_over(const config::region::View& previous, Previous state) {
    for (const auto& tunnel : previous.tunnels()) {
        const std::string name(config::region::text_of(tunnel.name));
        wanted_[name] = tunnel.rx_shards;
        if (state == Previous::in_use) announced_[name] = tunnel.rx_shards;
    }
}

void ReceivedShards::configure(const Gateway& gateway, std::uint64_t now_ns) {
    std::map<std::string, std::uint8_t> wanted, announced;
    std::map<std::string, Open> open;
    for (const auto& tunnel : gateway.tunnels) {
        wanted[tunnel.name] = tunnel.shards;
        const auto told = announced_.find(tunnel.name);
        announced[tunnel.name] = told == announced_.end() ? std::uint8_t{1} : std::min(told->second, tunnel.shards);
        if (const auto before = wanted_.find(tunnel.name); before != wanted_.end() && before->second > tunnel.shards)
            open[tunnel.name] = {before->second, now_ns + open_ns};
        const auto still = open_.find(tunnel.name);
        if (still != open_.end() && still->second.shards > tunnel.shards) {
            Open& kept = open.try_emplace(tunnel.name, still->second).first->second;
            kept = {std::max(kept.shards, still->second.shards), std::max(kept.until_ns, still->second.until_ns)};
        }
    }
    wanted_ = std::move(wanted);
    announced_ = std::move(announced);
    open_ = std::move(open);
    // Another path may have got one of the ports, or the wire format none; what is configured now comes first.
    config::schema::Notes notes("");
    validate(opened(gateway), notes);
    if (notes.has_problems()) open_.clear();
}

Gateway ReceivedShards::opened(Gateway gateway) const {
    for (auto& tunnel : gateway.tunnels)
        if (const auto open = open_.find(tunnel.name); open != open_.end())
            tunnel.shards = std::max(tunnel.shards, open->second.shards);
    return gateway;
}

bool ReceivedShards::expire(std::uint64_t now_ns) {
    return std::erase_if(open_, [&](const auto& one) { return one.second.until_ns <= now_ns; }) != 0;
}

}  // namespace ropewalk::control::peers
