#pragma once

#include <cstdint>

namespace ropewalk::dataplane::packet {

/// Counter slot of a copy whose path is not known.
inline constexpr std::uint32_t unknown_path_slot = 0xffffffff;

/// Why a port did not take a copy.
enum class Refusal : std::uint16_t { full, too_big };

/// What rides on a copy for the WAN until a port has taken it, at this worker or at the one that sends for it.
struct OutgoingCopy {
    std::uint32_t path_slot;  ///< counter slot
    std::uint16_t wan_port;   ///< its slot
    Refusal refusal;          ///< `full` until a port says something else
};

/// What rides on a sealed copy that was dealt to another worker.
struct DealtCopy {
    std::uint32_t path_slot;  ///< counter slot, or unknown_path_slot
    std::uint32_t marks;      ///< as in burst::Arrived
};

}  // namespace ropewalk::dataplane::packet
