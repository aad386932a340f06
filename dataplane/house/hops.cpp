#include "dataplane/house/hops.hpp"

namespace ropewalk::dataplane::house {

using worker::Hop;

packet::PacketRing* Hops::ring(Hop hop, std::uint16_t from, std::uint16_t to) {
    auto& ring = rings_[{hop, from, to}];
    if (!ring) {
        ring = std::make_unique<packet::PacketRing>();
        hops_[to].arriving[static_cast<std::size_t>(hop)].push_back(ring.get());
    }
    return ring.get();
}

Hops::Hops(std::uint16_t workers, std::span<const PortPlacement> ports) : hops_(workers) {
    for (const PortPlacement& port : ports)
        for (std::uint16_t worker = 0; worker < workers; ++worker) {
            worker::WorkerHops::Port ours;
            for (const std::uint16_t to : port.deal_of(worker))
                ours.deal.rings.push_back(to == worker ? nullptr : ring(Hop::dealt, worker, to));
            ours.deal.by_block = port.shares_by_block(worker);
            if (const std::uint16_t sender = port.senders[worker]; sender != worker)
                ours.sender = ring(Hop::outgoing, worker, sender);
            hops_[worker].ports.push_back(std::move(ours));
        }
}

}  // namespace ropewalk::dataplane::house
