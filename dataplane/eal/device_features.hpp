#pragma once

#include <cstdint>
#include <string>

#include "config/region/file_descriptor.hpp"

namespace ropewalk::dataplane::eal {

/// Whether this kernel takes a UDP packet that stands for several datagrams from a packet socket (Linux 6.2).
bool linux_takes_joined_datagrams();

/// Whether the device takes such packets as they are (`ethtool -k`: tx-udp-segmentation). `socket` is any socket.
bool device_cuts_datagrams(const config::region::FileDescriptor& socket, const std::string& interface);

/// Has the device no longer take them, so that the kernel cuts what is sent on it. False where that is refused.
bool leave_cutting_to_the_kernel(const config::region::FileDescriptor& socket, const std::string& interface);

/// What the interface's line runs at; 0 where the device does not say. `socket` is any socket.
std::uint32_t speed_mbit_of(const config::region::FileDescriptor& socket, const std::string& interface);

}  // namespace ropewalk::dataplane::eal
