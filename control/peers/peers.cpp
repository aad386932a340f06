#include "control/peers/peers.hpp"

namespace ropewalk::control::peers {

using config::region::Message;

std::optional<Hello> Peers::receive(const Message& message) {
    const auto& head = message.head;
    const auto hello = decode_hello({message.bytes.data(), message.size});
    // Slots come from our own dataplane, but shared memory is not taken at its word.
    if (head.tunnel_slot >= config::region::max_tunnels) return std::nullopt;
    if (!hello) {
        ++malformed_[head.tunnel_slot];
        return std::nullopt;
    }
    if (head.path_slot < config::region::max_paths)
        sightings_[{head.tunnel_slot, head.path_slot}] = {*hello, head.time_ns};
    learn_shards(message, hello->shards);
    const auto [life, is_new] = lives_.try_emplace(head.tunnel_slot, hello->life_uuid);
    const bool same_life = std::exchange(life->second, hello->life_uuid) == hello->life_uuid;
    return same_life && !is_new ? std::nullopt : hello;
}

void Peers::learn_shards(const Message& message, std::uint8_t shards) {
    Announced& known = shards_[message.head.tunnel_slot];
    if (message.head.sequence >= known.sequence) known = {message.head.sequence, shards};
}

std::optional<std::uint8_t> Peers::shards(std::uint32_t tunnel_slot) const {
    const auto found = shards_.find(tunnel_slot);
    return found == shards_.end() ? std::nullopt : std::optional(found->second.shards);
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
