#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "dataplane/eal/burst_port.hpp"
#include "dataplane/worker/burst_ports.hpp"
#include "dataplane/worker/idle_policy.hpp"
#include "dataplane/worker/turn.hpp"

namespace ropewalk::dataplane::worker {

/// What a worker is given for its life.
struct WorkerSetup {
    std::vector<WanQueues> wan;            ///< in the order of the snapshot's ports
    std::vector<std::uint32_t> wan_slots;  ///< their counter slots
    eal::BurstPort inside;
    config::IdleMode idle;
    const WorkerLinks* links;
    rte_mempool* pool;
    const channel::ViewCell* view;
    config::region::DataplaneSection* section;      ///< ours to write
    const config::region::ControlSection* control;  ///< read-only
    stages::PathSenders* senders;                   ///< of all workers
    unsigned index;
    const stages::InsideEthernet* ethernet = nullptr;  ///< of the inside, where it is a port
};

/// One run-to-completion loop over its queues of all ports.
class Worker {
public:
    explicit Worker(const WorkerSetup& setup);
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// One turn: adopt a new configuration, take a burst from every queue, flush. Returns packets taken.
    std::uint32_t turn();

    /// Turns until `stop`; sleeps as the idle mode allows.
    void run(const std::atomic<bool>& stop);

    /// To be called when all workers have ended, twice for each, from any one thread: what lies in the rings between
    /// them goes on its way.
    void finish();

private:
    std::vector<std::uint32_t> wan_slots_;
    BurstPorts ports_;
    config::region::WorkerStatus& status_;
    std::unique_ptr<stages::PathReceivers> receivers_;
    Turn<BurstPorts> turn_;
    IdlePolicy idle_;
};

}  // namespace ropewalk::dataplane::worker
