#pragma once

#include <concepts>
#include <cstdint>
#include <span>

#include "dataplane/packet/packet.hpp"

namespace ropewalk::dataplane::stages {

/// Where a pipeline's packets go. Takes ownership; counts what a port does not accept. Ports are indexes into the
/// snapshot's ports. The worker's egress buffers for ethdevs; tests collect; benchmarks free.
template <class E>
concept Egress = requires(E& egress, std::uint16_t port, packet::Packet* packet) {
    egress.to_wan(port, packet);
    egress.to_inside(packet);
};

/// One that gathers packets for the inside until it is told to send them.
template <class E>
concept InsideEgress = requires(E& egress, std::uint16_t count) {
    { egress.waiting_inside() } -> std::same_as<std::span<packet::Packet*>>;
    egress.keep_inside(count);
    egress.flush_inside();
};

}  // namespace ropewalk::dataplane::stages
