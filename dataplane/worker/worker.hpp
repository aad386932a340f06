#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "config/region/clocks.hpp"
#include "dataplane/eal/burst_port.hpp"
#include "dataplane/worker/burst_ports.hpp"
#include "dataplane/worker/idle_policy.hpp"
#include "dataplane/worker/turn.hpp"
#include "dataplane/worker/turn_clock.hpp"

namespace ropewalk::dataplane::worker {

/// What a worker is given for its life.
struct WorkerSetup {
    eal::BurstPort inside;
    config::IdleMode idle;
    TurnSetup turn;
};

/// One run-to-completion loop over its queues of all ports.
class Worker {
public:
    explicit Worker(const WorkerSetup& setup);
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// The worker's queues on a port that there was none of in this slot; before it is given a view that has the port.
    void add_wan(std::uint16_t slot, WanQueues queues) { ports_.add_wan(slot, std::move(queues)); }

    /// One turn: adopt a new configuration, take a burst from every queue, flush. Returns packets taken.
    std::uint32_t turn();

    /// Turns until `stop`; sleeps as the idle mode allows.
    void run(const std::atomic<bool>& stop);

    /// Sends on what other workers handed over; takes nothing from the ports. Returns packets taken.
    std::uint32_t drain();

private:
    TurnTime now() { return clock_.turn(config::region::boottime_ns(), config::region::suspended_ns); }

    BurstPorts ports_;
    config::region::WorkerStatus& status_;
    Turn<BurstPorts> turn_;
    TurnClock clock_;
    IdlePolicy idle_;
};

/// To be called when all workers have ended, from any one thread: what lies in the rings between them goes on its way.
void drain(std::span<const std::unique_ptr<Worker>> workers);

}  // namespace ropewalk::dataplane::worker
