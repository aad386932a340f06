#pragma once

#include "config/schema/port.hpp"

namespace ropewalk::control::kernel {

/// Whether the port is an interface of the kernel's, by the name of its device, with routes and neighbours.
inline bool kernel_sees(const config::schema::Port& port) {
    using config::PortDriver;
    return port.driver == PortDriver::af_packet || port.driver == PortDriver::af_xdp || port.driver == PortDriver::tap;
}

}  // namespace ropewalk::control::kernel
