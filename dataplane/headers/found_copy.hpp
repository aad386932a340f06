#pragma once

#include <cstdint>

#include "dataplane/packet/headers.hpp"

namespace ropewalk::dataplane::headers {

/// The smallest ESP packet we send or accept: header, IV, four bytes of ciphertext, ICV.
inline constexpr std::uint16_t smallest_esp = sizeof(packet::EspHeader) + 4 + packet::icv_bytes;

/// What a frame from the WAN was found to hold.
struct FoundCopy {
    std::uint16_t esp_at, esp_size;  ///< bytes from the start of the frame, bytes
    std::uint16_t shard;             ///< UDP port, counted from the first one of the endpoint
    std::uint32_t tunnel;            ///< index into the view's tunnels
    std::uint32_t path_slot;         ///< counter slot, or packet::unknown_path_slot
    std::uint8_t ecn;                ///< of the outer header
};

}  // namespace ropewalk::dataplane::headers
