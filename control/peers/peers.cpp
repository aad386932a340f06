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
    learn_shards(message, hello->shards);
    const auto [lives, is_new] = lives_.try_emplace(head.tunnel_slot);
    Appearance& newest = lives->second.newest;
    if (is_new || newest.hello.life_uuid != hello->life_uuid)
        newest = {{head.tunnel_slot, head.path_slot}, *hello, newest.untold + 1};
}

void Peers::learn_shards(const Message& message, std::uint8_t shards) {
    Announced& known = shards_[message.head.tunnel_slot];
    if (message.head.sequence < known.sequence) return;
    known.sequence = message.head.sequence;
    known.shards = shards;
}

std::vector<Peers::Appearance> Peers::settle(std::uint64_t now_ns) {
    for (auto& [slot, known] : shards_)
        if (known.taken_up != known.shards && known.changes.admits(now_ns)) known.taken_up = known.shards;
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
    const auto found = shards_.find(tunnel_slot);
    return found == shards_.end() ? std::nullopt : found->second.taken_up;
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
