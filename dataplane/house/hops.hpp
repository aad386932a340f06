#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "dataplane/house/placement.hpp"
#include "dataplane/packet/packet_ring.hpp"
#include "dataplane/worker/worker_hops.hpp"

namespace ropewalk::dataplane::house {

/// The rings between workers, only those that a placement needs: with one worker none.
class Hops {
public:
    explicit Hops(std::uint16_t workers) : hops_(workers) {}

    /// A port that there was none of in this slot; workers may be running, none with a view that has it.
    void add(std::uint16_t slot, const PortPlacement& port);

    const worker::WorkerHops& of(std::uint16_t worker) const { return hops_[worker]; }

private:
    /// However many ports it serves; made on first use, when its end at worker `to` is told of it.
    packet::PacketRing* ring(worker::Hop hop, std::uint16_t from, std::uint16_t to);

    std::map<std::tuple<worker::Hop, std::uint16_t, std::uint16_t>, std::unique_ptr<packet::PacketRing>> rings_;
    std::vector<worker::WorkerHops> hops_;
};

}  // namespace ropewalk::dataplane::house
