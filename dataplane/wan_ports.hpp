#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/region/layout.hpp"
#include "config/region/view.hpp"
#include "config/result.hpp"
#include "dataplane/eal/port.hpp"
#include "dataplane/house/placement.hpp"
#include "dataplane/port_watch.hpp"
#include "dataplane/view/config_view.hpp"
#include "dataplane/worker/burst_ports.hpp"

namespace ropewalk::dataplane {

/// The running WAN ports, in the order of the snapshot, with their queues shared out among the workers. Where the
/// inside is one of the snapshot's ports, its place is kept and nothing moves there.
class WanPorts {
public:
    /// Waits for other processes where ports are memif clients, until `stop`.
    static Result<WanPorts> open(const config::region::View& snapshot, rte_mempool* pool,
                                 const std::atomic<bool>& stop);

    const std::vector<house::PortPlacement>& placements() const { return placements_; }
    std::vector<worker::WanQueues> queues_of(std::uint16_t worker);

    /// How packets cross, for the log: a sentence for each port where that was chosen at the start, and none for those
    /// that follow an interface.
    std::vector<std::string> ways() const;

    /// Has the devices bring the copies of sharded tunnels to the workers they belong to, as far as they can, and says
    /// in the shared memory how it stands. Called at the start and after every reload, by the main lcore, while the
    /// workers go on. Returns what is new, for the log: at most a sentence a port.
    std::vector<std::string> steer(const view::ConfigView& view, config::region::DataplaneSection& section);

    /// Has only datagrams for the UDP ports of paths arrive by kernel interfaces. Called as steer() is. Copies for any
    /// path are let in by every port: hosts answer ARP for all their addresses on each interface, so a copy for one
    /// path may come in by another's.
    std::vector<std::string> expect(const view::ConfigView& view);

    /// Says in the shared memory who polls and who sends.
    void announce(const config::region::View& snapshot, config::region::DataplaneSection& section) const;
    /// Has its ports looked after; `this` must then neither move nor go.
    void watch(const config::region::View& snapshot, PortWatch& watch);

private:
    Result<void> start(std::size_t index, rte_mempool* pool, const std::atomic<bool>& stop);

    std::vector<std::string> names_;
    std::vector<std::optional<eal::Port>> ports_;  ///< nothing in the inside's place
    std::vector<house::PortPlacement> placements_;

    /// How the frames of a port find their queue.
    struct Steering {
        std::uint32_t slot;                     ///< of the port's status
        std::vector<eal::SteeringRule> wanted;  ///< what the device was last asked for
        std::string told;                       ///< in the log
    };
    std::vector<Steering> steering_;
    std::vector<eal::UdpPorts> expected_;  ///< what the ports were last told
};

}  // namespace ropewalk::dataplane
