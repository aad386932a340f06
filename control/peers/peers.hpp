#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "config/region/spsc_ring.hpp"
#include "control/peers/damper.hpp"
#include "control/peers/hello.hpp"

namespace ropewalk::control::peers {

/// What the far gateways said of themselves, by tunnel and path slot. For people to read, but for the shards and
/// whether they answer MTU probes.
class Peers {
public:
    struct Sighting {
        Hello hello;
        std::uint64_t last_ns = 0;  ///< CLOCK_MONOTONIC
    };
    using Key = std::pair<std::uint32_t, std::uint32_t>;  ///< tunnel slot, path slot

    /// A peer that was not seen in its tunnel before, or another life of its dataplane.
    struct Appearance {
        Key where;
        Hello hello;
        std::uint64_t untold = 0;  ///< others since the one that was told last
    };

    /// A peer may change its mind this often at once, then once an interval: sooner than it closes the UDP ports that
    /// it gives up (ReceivedShards::open_ns).
    static constexpr unsigned most_changes = 8;
    static constexpr std::uint64_t change_interval_ns = 5'000'000'000;
    /// The same for what is told of it.
    static constexpr std::uint64_t telling_interval_ns = 60'000'000'000;

    void receive(const config::region::Message& message);

    /// Takes up what was received, no faster than a peer may change; gives back what there is to tell.
    std::vector<Appearance> settle(std::uint64_t now_ns);

    /// UDP ports on which the peer of a tunnel receives each path, by the newest packet that said so: a hello that was
    /// long under way does not turn it back. Empty when nothing was heard.
    std::optional<std::uint8_t> shards(std::uint32_t tunnel_slot) const;
    /// Whether the peer of a tunnel answers MTU probes, by the same packet. Empty when nothing was heard.
    std::optional<bool> answers_mtu_probes(std::uint32_t tunnel_slot) const;
    /// Numbers of packets mean nothing under another key.
    void forget_shards(std::uint32_t tunnel_slot) { said_.erase(tunnel_slot); }

    /// Whether the peer of a tunnel probes paths, by the newest hello of any; empty when nothing was heard.
    std::optional<bool> probes_paths(std::uint32_t tunnel_slot) const;

    /// Null when nothing was heard there.
    const Sighting* find(std::uint32_t tunnel_slot, std::uint32_t path_slot) const;
    /// Messages of a tunnel that were no hello we understand.
    std::uint64_t malformed(std::uint32_t tunnel_slot) const;

private:
    struct Said {
        std::uint8_t shards = 1;  ///< every peer listens on the first port
        bool answers_mtu_probes = false, probes_paths = false;
        bool operator==(const Said&) const = default;
    };
    struct Announced {
        std::uint64_t sequence = 0;  ///< of the packet
        Said newest;
        std::optional<Said> taken_up;
        Damper changes{most_changes, change_interval_ns};
    };
    struct Lives {
        Appearance newest;
        std::optional<config::region::Uuid> told;
        Damper telling{most_changes, telling_interval_ns};
    };
    void learn(const config::region::Message& message, const Hello& hello);

    std::map<Key, Sighting> sightings_;
    std::map<std::uint32_t, Lives> lives_;              ///< by tunnel slot
    std::map<std::uint32_t, std::uint64_t> malformed_;  ///< by tunnel slot
    std::map<std::uint32_t, Announced> said_;           ///< by tunnel slot
};

}  // namespace ropewalk::control::peers
