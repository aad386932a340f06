#include "control/peers/peers.hpp"

namespace ropewalk::control::peers {

using config::region::Message;

void Peers::receive(const Message& message) {
    const auto& head = message.head;
    const auto hello = decode_hello({message.bytes.data(), message.size});
    // Slots come from our own dataplane, but shared memory is not taken at its word.
    if (head.tunnel_slot >= config::region::max_tunnels) return;
    if (!hello) {
        ++malformed_[head.tunnel_slot];
        return;
    }
    if (head.path_slot < config::region::max_paths)
        sightings_[{head.tunnel_slot, head.path_slot}] = {*hello, head.time_ns};
    learn(message, *hello);
    const auto [lives, is_new] = lives_.try_emplace(head.tunnel_slot);
    Appearance& newest = lives->second.newest;
    if (is_new || newest.hello.life_uuid != hello->life_uuid)
        newest = {{head.tunnel_slot, head.path_slot}, *hello, newest.untold + 1};
}

void Peers::learn(const Message& message, const Hello& hello) {
    Announced& known = said_[message.head.tunnel_slot];
    if (message.head.sequence < known.sequence) return;
    known.sequence = message.head.sequence;
    known.newest = {hello.shards, hello.answers_mtu_probes, hello.probes_paths};
}

std::vector<Peers::Appearance> Peers::settle(std::uint64_t now_ns) {
    for (auto& [slot, known] : said_)
        if (known.taken_up != known.newest && known.changes.admits(now_ns)) known.taken_up = known.newest;
    std::vector<Appearance> appeared;
    for (auto& [slot, lives] : lives_) {
        const auto& uuid = lives.newest.hello.life_uuid;
        if (lives.told == uuid || !lives.telling.admits(now_ns)) continue;
        lives.told = uuid;
        appeared.push_back(lives.newest);
        --appeared.back().untold;
        lives.newest.untold = 0;
    }
    return appeared;
}

std::optional<std::uint8_t> Peers::shards(std::uint32_t tunnel_slot) const {
    const auto found = said_.find(tunnel_slot);
    if (found == said_.end() || !found->second.taken_up) return std::nullopt;
    return found->second.taken_up->shards;
}

std::optional<bool> Peers::probes_paths(std::uint32_t tunnel_slot) const {
    const auto found = said_.find(tunnel_slot);
    if (found == said_.end()) return std::nullopt;
    return found->second.newest.probes_paths;
}

std::optional<bool> Peers::answers_mtu_probes(std::uint32_t tunnel_slot) const {
    const auto found = said_.find(tunnel_slot);
    if (found == said_.end() || !found->second.taken_up) return std::nullopt;
    return found->second.taken_up->answers_mtu_probes;
}

const Peers::Sighting* Peers::find(std::uint32_t tunnel_slot, std::uint32_t path_slot) const {
    const auto found = sightings_.find({tunnel_slot, path_slot});
    return found == sightings_.end() ? nullptr : &found->second;
}

std::uint64_t Peers::malformed(std::uint32_t tunnel_slot) const {
    const auto found = malformed_.find(tunnel_slot);
    return found == malformed_.end() ? 0 : found->second;
}

}  // namespace ropewalk::control::peers
