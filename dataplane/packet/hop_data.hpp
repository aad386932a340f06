#pragma once

#include <cstdint>

namespace ropewalk::dataplane::packet {

/// Counter slot of a copy whose path is not known.
inline constexpr std::uint32_t unknown_path_slot = 0xffffffff;

/// What rides on a copy for the WAN until a port has taken it, at this worker or at the one that sends for it.
struct OutgoingCopy {
    std::uint32_t path_slot;  ///< counter slot
    std::uint32_t wan_port;   ///< index into the snapshot's ports
};

/// What rides on a sealed copy that was dealt to another worker.
struct DealtCopy {
    std::uint32_t path_slot;  ///< counter slot, or unknown_path_slot
    std::uint32_t outer_ecn;
};

}  // namespace ropewalk::dataplane::packet
