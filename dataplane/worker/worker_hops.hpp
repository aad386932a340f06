#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "config/region/limits.hpp"
#include "dataplane/packet/packet_ring.hpp"
#include "dataplane/stages/shares.hpp"
#include "dataplane/worker/arriving_rings.hpp"

namespace ropewalk::dataplane::worker {

/// Why a packet goes from one worker to another. From one to another there is one ring for each reason at most.
enum class Hop : std::uint8_t {
    dealt,     ///< a sealed copy, from a worker that polls a port for others too
    outgoing,  ///< a copy for the WAN, to the worker that sends for others too
};
inline constexpr std::size_t hop_kinds = 2;

/// How one worker is tied to the ports and to the other workers. Owns no ring. Without any it is that of the only
/// worker, which has a queue of its own on each port. Written by the main lcore: a port before workers are given a view
/// that has it.
struct WorkerHops {
    struct Port {
        /// To whom copies are dealt out.
        stages::Shares deal;
        /// Takes what this worker has to send; null: it has a transmit queue of its own.
        packet::PacketRing* sender = nullptr;
    };
    std::array<Port, config::region::max_ports> ports;  ///< by slot
    std::array<ArrivingRings, hop_kinds> arriving;      ///< by Hop

    std::span<packet::PacketRing* const> arriving_by(Hop hop) const {
        return arriving[static_cast<std::size_t>(hop)].all();
    }
};

}  // namespace ropewalk::dataplane::worker
