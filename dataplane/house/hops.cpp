#include "dataplane/house/hops.hpp"

namespace ropewalk::dataplane::house {

using worker::Hop;

packet::PacketRing* Hops::ring(Hop hop, std::uint16_t from, std::uint16_t to) {
    auto& ring = rings_[{hop, from, to}];
    if (!ring) {
        ring = std::make_unique<packet::PacketRing>();
        hops_[to].arriving[static_cast<std::size_t>(hop)].add(ring.get());
    }
    return ring.get();
}

void Hops::add(std::uint16_t slot, const PortPlacement& port) {
    for (std::uint16_t worker = 0; worker < hops_.size(); ++worker) {
        worker::WorkerHops::Port& ours = hops_[worker].ports[slot];
        for (const std::uint16_t to : port.deal_of(worker))
            ours.deal.rings.push_back(to == worker ? nullptr : ring(Hop::dealt, worker, to));
        ours.deal.by_block = port.shares_by_block(worker);
        if (const std::uint16_t sender = port.senders[worker]; sender != worker)
            ours.sender = ring(Hop::outgoing, worker, sender);
    }
}

}  // namespace ropewalk::dataplane::house
