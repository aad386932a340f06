#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "config/region/layout.hpp"

namespace ropewalk::dataplane::eal {

/// What a device says of its line.
struct Link {
    config::region::LinkCode code = config::region::LinkCode::unknown;
    std::uint32_t speed_mbit = 0;  ///< 0: down, or it does not say
    config::region::LinkReason reason = config::region::LinkReason::none;
    /// Of an interface of the kernel: its Ethernet address now, if there is one.
    std::optional<std::array<std::uint8_t, 6>> address = {};
    std::uint16_t mtu = 0;  ///< bytes, of an interface of the kernel; 0: not known
};

}  // namespace ropewalk::dataplane::eal
