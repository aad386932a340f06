#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "config/snapshot/layout.hpp"
#include "dataplane/channel/config_channel.hpp"
#include "dataplane/eal/inside_port.hpp"
#include "dataplane/packet/burst.hpp"
#include "dataplane/worker/context.hpp"
#include "dataplane/worker/egress_buffers.hpp"
#include "dataplane/worker/idle_policy.hpp"

namespace ropewalk::dataplane::worker {

/// What a worker is given for its life.
struct WorkerSetup {
    std::vector<std::uint16_t> wan_ports;  ///< ethdev ids, in the order of the snapshot's ports
    std::vector<std::uint32_t> wan_slots;  ///< their counter slots
    eal::InsidePort inside;
    config::snapshot::IdleCode idle;
    rte_mempool* pool;
    const channel::ViewCell* view;
    config::snapshot::DataplaneSection* section;      ///< ours to write
    const config::snapshot::ControlSection* control;  ///< read-only
    PathStates* paths;
    unsigned index;
};

/// One run-to-completion loop over its queues of all ports.
class Worker {
public:
    explicit Worker(const WorkerSetup& setup);

    /// One turn: adopt a new configuration, take a burst from every queue, flush. Returns packets taken.
    std::uint32_t turn();

    /// Turns until `stop`; sleeps as the idle mode allows.
    void run(const std::atomic<bool>& stop);

private:
    const channel::ConfigView* adopt_view();
    std::uint32_t take_from_inside(const channel::ConfigView& view);
    std::uint32_t take_from_wan(const channel::ConfigView& view, std::uint16_t port);
    std::uint32_t take_injected(const channel::ConfigView& view);
    void publish_windows(const channel::ConfigView& view);

    WorkerSetup setup_;
    Context context_;
    EgressBuffers egress_;
    IdlePolicy idle_;
    std::uint64_t generation_ = 0;
};

}  // namespace ropewalk::dataplane::worker
