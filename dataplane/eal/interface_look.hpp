#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "config/region/file_descriptor.hpp"

namespace ropewalk::dataplane::eal {

/// What the kernel says of one of its interfaces.
struct InterfaceState {
    unsigned index = 0;        ///< 0: there is none of that name, and all else is empty
    bool is_set_up = false;    ///< by the operator
    bool has_carrier = false;  ///< with is_set_up: up in the sense of RFC 2863
    std::array<std::uint8_t, 6> address{};
    std::uint16_t mtu = 0;         ///< bytes, IP packet
    std::uint32_t speed_mbit = 0;  ///< 0: down, or the device does not say
};

/// Looks at an interface of the kernel by its name, whichever has that name now.
class InterfaceLook {
public:
    explicit InterfaceLook(std::string interface);

    /// Some system calls; not for workers. What it knew of the interface before saves asking for the speed, which the
    /// kernel answers under a lock that a driver may hold for long.
    InterfaceState look();

private:
    std::string interface_;
    config::region::FileDescriptor socket_;
    InterfaceState last_;
};

}  // namespace ropewalk::dataplane::eal
