#pragma once

#include "config/region/file_descriptor.hpp"

namespace ropewalk::dataplane::eal {

/// Has the kernel choose the queue of a tun device by addresses, protocol and ports (TUNSETSTEERINGEBPF, Linux 4.16),
/// so that a flow stays with one worker. By itself the kernel sends a flow to the queue that last brought a packet of
/// its other direction; with copies that come first now here, now there, that would be every worker in turn. False when
/// the kernel refuses.
bool steer_flows(const config::region::FileDescriptor& tun);

}  // namespace ropewalk::dataplane::eal
