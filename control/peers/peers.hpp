#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "config/region/spsc_ring.hpp"
#include "control/peers/hello.hpp"

namespace ropewalk::control::peers {

/// What the far gateways said of themselves, by tunnel and path slot. For people to read, but for the shards.
class Peers {
public:
    struct Sighting {
        Hello hello;
        std::uint64_t last_ns = 0;  ///< CLOCK_MONOTONIC
    };
    using Key = std::pair<std::uint32_t, std::uint32_t>;  ///< tunnel slot, path slot

    /// True when the message shows a peer that has not been seen in this tunnel, or another life of its dataplane.
    bool receive(const config::region::Message& message);

    /// UDP ports on which the peer of a tunnel receives each path, by the newest packet that said so: a hello that was
    /// long under way does not turn it back. Empty when nothing was heard.
    std::optional<std::uint8_t> shards(std::uint32_t tunnel_slot) const;
    /// Whether shards() has come to say something else since the last call.
    bool take_shards_news() { return std::exchange(shards_news_, false); }
    /// Numbers of packets mean nothing under another key.
    void forget_shards(std::uint32_t tunnel_slot) { shards_.erase(tunnel_slot); }

    /// Null when nothing was heard there.
    const Sighting* find(std::uint32_t tunnel_slot, std::uint32_t path_slot) const;
    /// Messages of a tunnel that were no hello we understand.
    std::uint64_t malformed(std::uint32_t tunnel_slot) const;

private:
    std::map<Key, Sighting> sightings_;
    std::map<std::uint32_t, config::region::Uuid> lives_;  ///< by tunnel slot
    std::map<std::uint32_t, std::uint64_t> malformed_;     ///< by tunnel slot

    struct Announced {
        std::uint64_t sequence = 0;  ///< of the packet
        std::uint8_t shards = 0;
    };
    void learn_shards(const config::region::Message& message, std::uint8_t shards);

    std::map<std::uint32_t, Announced> shards_;  ///< by tunnel slot
    bool shards_news_ = false;
};

}  // namespace ropewalk::control::peers
