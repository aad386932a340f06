#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dataplane/packet/packet_ring.hpp"
#include "dataplane/stages/shares.hpp"

namespace ropewalk::dataplane::worker {

/// Why a packet goes from one worker to another. From one to another there is one ring for each reason at most.
enum class Hop : std::uint8_t {
    dealt,     ///< a sealed copy, from a worker that polls a port for others too
    outgoing,  ///< a copy for the WAN, to the worker that sends for others too
};
inline constexpr std::size_t hop_kinds = 2;

/// How one worker is tied to the ports and to the other workers. Owns no ring.
struct WorkerHops {
    struct Port {
        /// To whom copies are dealt out.
        stages::Shares deal;
        /// Takes what this worker has to send; null: it has a transmit queue of its own.
        packet::PacketRing* sender = nullptr;
    };
    std::vector<Port> ports;  ///< in the order of the snapshot's
    /// By Hop: the rings by which packets come from other workers.
    std::array<std::vector<packet::PacketRing*>, hop_kinds> arriving;

    const std::vector<packet::PacketRing*>& arriving_by(Hop hop) const {
        return arriving[static_cast<std::size_t>(hop)];
    }

    /// Those of the only worker, which has a queue of its own on each port.
    static WorkerHops alone(std::size_t ports) { return {std::vector<Port>(ports), {}}; }
};

}  // namespace ropewalk::dataplane::worker
