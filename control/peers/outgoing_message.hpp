#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "config/region/spsc_ring.hpp"

namespace ropewalk::control::peers {

/// A control message for a worker to send.
struct OutgoingMessage {
    config::region::MessageHead head;
    std::vector<std::uint8_t> bytes;
};

}  // namespace ropewalk::control::peers
