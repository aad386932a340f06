#include "dataplane/worker/links.hpp"

#include <map>
#include <utility>

namespace ropewalk::dataplane::worker {

packet::PacketRing* Links::ring() {
    return rings_.emplace_back(std::make_unique<packet::PacketRing>()).get();
}

Links Links::for_one_worker(std::size_t ports) {
    return Links(1, std::vector<house::PortPlacement>(ports, {.receive_workers = {0}, .deal = {{0}}, .senders = {0}}));
}

Links::Links(std::uint16_t workers, std::span<const house::PortPlacement> ports) : links_(workers) {
    // From one worker to another there is one ring of each kind, however many ports it serves.
    std::map<std::pair<std::uint16_t, std::uint16_t>, packet::PacketRing*> dealing, sending;
    const auto ring_between = [&](auto& rings, std::uint16_t from, std::uint16_t to, auto WorkerLinks::*end) {
        packet::PacketRing*& found = rings[{from, to}];
        if (found == nullptr) (links_[to].*end).push_back(found = ring());
        return found;
    };
    for (const house::PortPlacement& port : ports)
        for (std::uint16_t worker = 0; worker < workers; ++worker) {
            WorkerLinks::Port& ours = links_[worker].ports.emplace_back();
            for (const std::uint16_t to : port.deal_of(worker))
                ours.deal.rings.push_back(to == worker ? nullptr
                                                       : ring_between(dealing, worker, to, &WorkerLinks::dealt));
            ours.deal.by_block = port.shares_by_block(worker);
            const std::uint16_t sender = port.senders[worker];
            if (sender != worker) ours.sender = ring_between(sending, worker, sender, &WorkerLinks::outgoing);
        }
}

}  // namespace ropewalk::dataplane::worker
