#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dataplane/house/placement.hpp"
#include "dataplane/packet/packet_ring.hpp"
#include "dataplane/stages/shares.hpp"

namespace ropewalk::dataplane::worker {

/// How one worker is tied to the ports and to the other workers. Rings are owned by Links.
struct WorkerLinks {
    struct Port {
        /// To whom copies are dealt out.
        stages::Shares deal;
        /// Takes what this worker has to send; null: it has a transmit queue of its own.
        packet::PacketRing* sender = nullptr;
    };
    std::vector<Port> ports;                    ///< in the order of the snapshot's
    std::vector<packet::PacketRing*> dealt;     ///< copies from workers that poll a port for this one
    std::vector<packet::PacketRing*> outgoing;  ///< packets this worker sends for others
};

/// The rings between workers, only those that a placement needs: with one worker none.
class Links {
public:
    Links(std::uint16_t workers, std::span<const house::PortPlacement> ports);

    /// One worker with a queue of its own on each port: no ring.
    static Links for_one_worker(std::size_t ports);

    const WorkerLinks& of(std::uint16_t worker) const { return links_[worker]; }

private:
    packet::PacketRing* ring();

    std::vector<std::unique_ptr<packet::PacketRing>> rings_;
    std::vector<WorkerLinks> links_;
};

}  // namespace ropewalk::dataplane::worker
