#include "control/peers/peers.hpp"

namespace ropewalk::control::peers {

using config::region::Message;

bool Peers::receive(const Message& message) {
    const auto hello = decode_hello({message.bytes.data(), message.size});
    // Slots come from our own dataplane, but shared memory is not taken at its word.
    if (message.head.tunnel_slot >= config::region::max_tunnels) return false;
    if (!hello) {
        ++malformed_[message.head.tunnel_slot];
        return false;
    }
    if (message.head.path_slot < config::region::max_paths)
        sightings_[{message.head.tunnel_slot, message.head.path_slot}] = {*hello, message.head.time_ns};
    learn_shards(message, hello->shards);
    const auto [life, is_new] = lives_.try_emplace(message.head.tunnel_slot, hello->life_uuid);
    if (is_new) return true;
    return std::exchange(life->second, hello->life_uuid) != hello->life_uuid;
}

void Peers::learn_shards(const Message& message, std::uint8_t shards) {
    Announced& known = shards_[message.head.tunnel_slot];
    if (message.head.sequence < known.sequence) return;
    known.sequence = message.head.sequence;
    shards_news_ |= std::exchange(known.shards, shards) != shards;
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
