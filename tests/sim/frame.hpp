#pragma once

#include <cstdint>

#include "tests/packets/bytes.hpp"
#include "tests/sim/side.hpp"

namespace ropewalk::tests::sim {

/// One Ethernet frame on its way from a gateway to the other, and what the world knows of it.
struct Frame {
    enum class Condition : std::uint8_t {
        intact,        ///< in all that matters: it must be taken
        headers_hurt,  ///< the outer headers lead elsewhere now: it must not be taken
        sealed_hurt,   ///< a bit of the sealed part is not as sent, or nobody sealed it: it must not be taken
    };

    packets::Bytes bytes;
    std::uint64_t sequence = 0;  ///< as sealed; 0: not sealed by a gateway
    std::uint8_t keys = 0;       ///< their number, see keys_of()
    Side from = Side::edge;
    std::uint8_t path = 0;
    std::uint16_t shard = 0;  ///< to which UDP port of the path it goes, from 0
    Condition condition = Condition::intact;
};

}  // namespace ropewalk::tests::sim
