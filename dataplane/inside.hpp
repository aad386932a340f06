#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "config/region/layout.hpp"
#include "config/region/view.hpp"
#include "config/result.hpp"
#include "dataplane/eal/burst_port.hpp"
#include "dataplane/eal/port.hpp"
#include "dataplane/eal/tun.hpp"
#include "dataplane/headers/inside_ethernet.hpp"
#include "dataplane/port_watch.hpp"

namespace ropewalk::dataplane {

/// The running users' side: the kernel's interface, or one of the snapshot's ports with a router behind it. Each worker
/// has a queue of its own.
class Inside {
public:
    /// Waits for another process where the port is a memif client, until `stop`. `pool` must outlive it.
    static Result<Inside> open(const config::region::View& snapshot, rte_mempool* pool, const std::atomic<bool>& stop);

    /// Burst calls for one worker; `this` must neither move nor go while they are used.
    eal::BurstPort queue_of(std::uint16_t worker);
    /// What stands before its IP packets now; null: nothing, ever. Valid as long as `this`, and so is what it points
    /// at.
    const std::atomic<const headers::InsideEthernet*>* ethernet() const {
        return ethernet_ ? &ethernet_->now : nullptr;
    }
    /// Its port has another Ethernet address; workers may be running.
    void set_address(const config::region::View& snapshot, const std::array<std::uint8_t, 6>& address);

    /// How packets cross; one sentence for the log.
    const std::string& way() const { return way_; }
    /// Says in the shared memory who polls and who sends, where it is a port.
    void announce(const config::region::View& snapshot, config::region::DataplaneSection& section) const;
    /// Has the port looked after, where it is a port; `this` must then neither move nor go.
    void watch(const config::region::View& snapshot, PortWatch& watch);

private:
    Inside() = default;
    static Result<Inside> open_tun(const config::region::View& snapshot, rte_mempool* pool);
    static Result<Inside> open_port(const config::region::View& snapshot, rte_mempool* pool,
                                    const std::atomic<bool>& stop);

    std::optional<eal::Tun> tun_;  ///< this or the port
    std::optional<eal::Port> port_;
    /// One for each address that the port ever had, since workers may use any of them.
    struct Ethernet {
        std::map<std::array<std::uint8_t, 6>, headers::InsideEthernet> by_address;
        std::atomic<const headers::InsideEthernet*> now{nullptr};
    };
    std::unique_ptr<Ethernet> ethernet_;  ///< null: the inside is not Ethernet
    std::string way_;
};

}  // namespace ropewalk::dataplane
