#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "config/region/limits.hpp"
#include "dataplane/eal/burst_port.hpp"
#include "dataplane/worker/worker_ports.hpp"

namespace ropewalk::dataplane::worker {

/// The queues of one worker on one running WAN port.
struct WanQueues {
    std::vector<eal::BurstPort> receive;  ///< none: others poll for this worker, or nobody has to
    eal::BurstPort send{};                ///< not used where another worker sends for this one
};

/// The queues of one worker on all ports. Owns none of them.
class BurstPorts {
public:
    explicit BurstPorts(eal::BurstPort inside) : inside_(inside) {}

    /// A WAN port that there was none of in this slot. By the main lcore, before workers are given a view that has it.
    void add_wan(std::uint16_t slot, WanQueues queues) { wan_[slot].queues = std::move(queues); }

    std::size_t receive_queues(std::uint16_t port) const { return wan_[port].queues.receive.size(); }
    /// Where the worker has several queues on the port, each call takes from the next one.
    std::uint16_t receive_wan(std::uint16_t port, rte_mbuf** mbufs, std::uint16_t count) {
        Wan& wan = wan_[port];
        if (wan.queues.receive.empty()) return 0;
        if (++wan.next >= wan.queues.receive.size()) wan.next = 0;
        return wan.queues.receive[wan.next].receive(mbufs, count);
    }
    std::uint16_t send_wan(std::uint16_t port, rte_mbuf** mbufs, std::uint16_t count) {
        return wan_[port].queues.send.send(mbufs, count);
    }
    std::uint16_t receive_inside(rte_mbuf** mbufs, std::uint16_t count) { return inside_.receive(mbufs, count); }
    std::uint16_t send_inside(rte_mbuf** mbufs, std::uint16_t count) { return inside_.send(mbufs, count); }

private:
    struct Wan {
        WanQueues queues;
        std::size_t next = 0;
    };

    std::array<Wan, config::region::max_ports> wan_;  ///< by slot
    eal::BurstPort inside_;
};

static_assert(WorkerPorts<BurstPorts>);

}  // namespace ropewalk::dataplane::worker
