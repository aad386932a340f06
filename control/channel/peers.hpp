#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "config/snapshot/spsc_ring.hpp"
#include "control/channel/hello.hpp"

namespace ropewalk::control::channel {

/// What the far gateways said of themselves, by tunnel and path slot. For people to read; nothing is decided by it.
class Peers {
public:
    struct Sighting {
        Hello hello;
        std::uint64_t last_ns = 0;  ///< CLOCK_MONOTONIC
    };
    using Key = std::pair<std::uint32_t, std::uint32_t>;  ///< tunnel slot, path slot

    /// True when the message shows a peer that has not been seen in this tunnel, or another life of its dataplane.
    bool receive(const config::snapshot::Message& message);

    /// Null when nothing was heard there.
    const Sighting* find(std::uint32_t tunnel_slot, std::uint32_t path_slot) const;
    /// Messages of a tunnel that were no hello we understand.
    std::uint64_t malformed(std::uint32_t tunnel_slot) const;

private:
    std::map<Key, Sighting> sightings_;
    std::map<std::uint32_t, config::snapshot::Uuid> lives_;  ///< by tunnel slot
    std::map<std::uint32_t, std::uint64_t> malformed_;       ///< by tunnel slot
};

}  // namespace ropewalk::control::channel
