#pragma once

#include <cstdint>
#include <vector>

#include "dataplane/packet/packet_ring.hpp"

namespace ropewalk::dataplane::stages {

/// How a worker deals out the copies of a port that it polls for others too.
struct Shares {
    std::vector<packet::PacketRing*> rings;  ///< a null ring is its own share; empty: it keeps all
    std::vector<std::uint8_t> by_block;      ///< index into `rings` by block of sequence numbers, modulo the size
};

}  // namespace ropewalk::dataplane::stages
