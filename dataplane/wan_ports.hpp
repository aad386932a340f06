#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "config/region/layout.hpp"
#include "config/region/view.hpp"
#include "config/result.hpp"
#include "dataplane/channel/config_channel.hpp"
#include "dataplane/eal/port.hpp"
#include "dataplane/house/placement.hpp"
#include "dataplane/port_watch.hpp"
#include "dataplane/view/config_view.hpp"
#include "dataplane/worker/burst_ports.hpp"

namespace ropewalk::dataplane {

/// The running WAN ports by their slots, with their queues shared out among the workers. Ports that the kernel's
/// interfaces stand behind may be added and left while workers run; one that was left keeps its queues, idle, because
/// copies for it may still lie in the rings between workers.
class WanPorts {
public:
    /// Waits for other processes where ports are memif clients, until `stop`. `pool` must outlive it.
    static Result<WanPorts> open(const config::region::View& snapshot, rte_mempool* pool,
                                 const std::atomic<bool>& stop);

    /// Makes the ports of a snapshot that there are not yet. They do nothing before follow(). Fails, with the key,
    /// where one cannot be had while workers run; those before it are there all the same.
    Result<void> add(const config::region::View& snapshot);

    /// All slots that there are ports in, also of those that were left.
    std::vector<std::uint16_t> slots() const;
    const house::PortPlacement& placement(std::uint16_t slot) const { return seats_.at(slot).placement; }
    worker::WanQueues queues_of(std::uint16_t worker, std::uint16_t slot);

    /// How packets cross, for the log: a sentence for each port where that was chosen at the start, and none for those
    /// that follow an interface.
    std::vector<std::string> ways() const;

    /// Has the ports of these slots looked after, which are those that workers are given, says in the shared memory who
    /// polls and who sends on them, and leaves the others as soon as no worker uses them any more; `this` must then
    /// neither move nor go. `workers` is null before there are any.
    void follow(std::span<const std::uint16_t> slots, PortWatch& watch, channel::ConfigChannel* workers,
                config::region::DataplaneSection& section);

    /// Has the devices bring the copies of sharded tunnels to the workers they belong to, as far as they can, and says
    /// in the shared memory how it stands. Called at the start and after every reload, by the main lcore, while the
    /// workers go on. Returns what is new, for the log: at most a sentence a port.
    std::vector<std::string> steer(const view::ConfigView& view, config::region::DataplaneSection& section);

    /// Has only datagrams for the UDP ports of paths arrive by kernel interfaces. Called as steer() is. Copies for any
    /// path are let in by every port: hosts answer ARP for all their addresses on each interface, so a copy for one
    /// path may come in by another's.
    std::vector<std::string> expect(const view::ConfigView& view);

private:
    /// What stands in one slot.
    struct Seat {
        config::region::PortRecord record;
        eal::Port port;
        house::PortPlacement placement;
        bool is_used = false;                        ///< in the view that workers were given last
        std::vector<eal::SteeringRule> wanted = {};  ///< what the device was last asked for
        std::string told = {};                       ///< in the log, of how its frames find their queue
    };

    Result<void> add(const config::region::PortRecord& record, std::uint16_t workers);
    Result<void> take_over(Seat& seat, const config::region::PortRecord& record);
    Result<void> start(Seat& seat, const std::atomic<bool>& stop);

    rte_mempool* pool_ = nullptr;
    std::map<std::uint16_t, Seat> seats_;  ///< by slot; workers have addresses of what a port has
    std::vector<eal::UdpPorts> expected_;  ///< what the ports were last told
};

}  // namespace ropewalk::dataplane
