#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dataplane/worker/packet_ring.hpp"
#include "dataplane/worker/placement.hpp"
#include "dataplane/worker/shares.hpp"

namespace ropewalk::dataplane::worker {

/// How one worker is tied to the ports and to the other workers. Rings are owned by Links.
struct WorkerLinks {
    struct Port {
        /// To whom copies are dealt out.
        Shares deal;
        /// Takes what this worker has to send; null: it has a transmit queue of its own.
        PacketRing* sender = nullptr;
    };
    std::vector<Port> ports;            ///< in the order of the snapshot's
    std::vector<PacketRing*> dealt;     ///< copies from workers that poll a port for this one
    std::vector<PacketRing*> outgoing;  ///< packets this worker sends for others
};

/// The rings between workers, only those that a placement needs: with one worker none.
class Links {
public:
    Links(std::uint16_t workers, std::span<const PortPlacement> ports);

    /// One worker with a queue of its own on each port: no ring.
    static Links for_one_worker(std::size_t ports);

    const WorkerLinks& of(std::uint16_t worker) const { return links_[worker]; }

private:
    PacketRing* ring();

    std::vector<std::unique_ptr<PacketRing>> rings_;
    std::vector<WorkerLinks> links_;
};

}  // namespace ropewalk::dataplane::worker
