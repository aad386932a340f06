#pragma once

#include <concepts>
#include <cstdint>

#include "dataplane/packet/packet.hpp"

namespace ropewalk::dataplane::stages {

/// Where a pipeline's packets go. Takes ownership; counts what a port does not accept. Ports are indexes into the
/// snapshot's ports. The worker's egress buffers for ethdevs; tests collect; benchmarks free.
template <class E>
concept Egress = requires(E& egress, std::uint16_t port, packet::Packet* packet) {
    egress.to_wan(port, packet);
    egress.to_inside(packet);
};

}  // namespace ropewalk::dataplane::stages
