#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <vector>

#include "dataplane/worker/worker_ports.hpp"
#include "tests/sim/frame.hpp"
#include "tests/sim/plain_memory.hpp"

namespace ropewalk::tests::sim {

/// A worker's ports as queues in memory. Keeps what went in and out in one turn until the world has looked at it.
class MemoryPorts {
public:
    /// What the ports gave and took in one turn, in order.
    struct Traffic {
        std::vector<Frame> wan_in;
        std::vector<packets::Bytes> inside_in;
        struct Sent {
            std::uint16_t port;
            packets::Bytes bytes;
        };
        std::vector<Sent> wan_out;
        std::vector<packets::Bytes> inside_out;
        std::vector<packets::Bytes> inside_refused;  ///< the port took no more
        std::uint64_t wan_refused = 0;
    };

    MemoryPorts(std::uint16_t wan_ports, PlainMemory& memory) : memory_(memory), wan_queues_(wan_ports) {}

    std::size_t receive_queues(std::uint16_t) const { return 1; }
    std::uint16_t receive_wan(std::uint16_t port, rte_mbuf** mbufs, std::uint16_t count);
    std::uint16_t send_wan(std::uint16_t port, rte_mbuf** mbufs, std::uint16_t count);
    std::uint16_t receive_inside(rte_mbuf** mbufs, std::uint16_t count);
    std::uint16_t send_inside(rte_mbuf** mbufs, std::uint16_t count);

    /// False when the queue is full and the packet is gone, as in a NIC.
    bool arrive_wan(std::uint16_t port, Frame frame);
    bool arrive_inside(packets::Bytes packet);
    bool is_idle() const;
    /// What waits is gone, as with the process that had the rings.
    void empty_queues();

    /// At which moment from now the process dies: each call of its ports has one before and one after; they count in
    /// turns that were given so many copies or packets. 0: it does not.
    void die_at_moment(std::uint64_t moment, std::size_t least_work = 1) {
        moments_to_live_ = moment;
        least_work_ = least_work;
    }
    bool death_is_due() const { return moments_to_live_ != 0; }

    static constexpr std::uint16_t no_limit = std::numeric_limits<std::uint16_t>::max();
    std::uint16_t inside_room = no_limit, wan_room = no_limit;  ///< packets a call takes

    Traffic& traffic() { return traffic_; }

private:
    void moment();
    rte_mbuf* mbuf_of(const packets::Bytes& bytes);

    PlainMemory& memory_;
    std::vector<std::deque<Frame>> wan_queues_;
    std::deque<packets::Bytes> inside_queue_;
    Traffic traffic_;
    std::uint64_t moments_to_live_ = 0;
    std::size_t least_work_ = 1;
};

static_assert(dataplane::worker::WorkerPorts<MemoryPorts>);

}  // namespace ropewalk::tests::sim
