#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/calm_log.hpp"
#include "config/region/layout.hpp"
#include "config/region/records.hpp"
#include "dataplane/channel/config_channel.hpp"
#include "dataplane/channel/port_addresses.hpp"
#include "dataplane/eal/interface_news.hpp"
#include "dataplane/eal/port.hpp"
#include "dataplane/house/port_life.hpp"

namespace ropewalk::dataplane {

/// Looks after all ports for the main lcore: says in the shared memory how their links are, and has those that are
/// interfaces of the kernel follow their interface by its name, while the workers go on. It asks, because not every
/// driver has interrupts for that; of interfaces the kernel's news say when.
class PortWatch {
public:
    /// Told of another Ethernet address of the port in a slot, from the first look on.
    using Readdressed = std::function<void(std::uint32_t slot, const std::array<std::uint8_t, 6>& address)>;

    PortWatch(config::region::DataplaneSection& section, Readdressed readdressed)
        : section_(section), readdressed_(std::move(readdressed)) {}

    /// Says in the shared memory what the device is, and looks after it from now on. `port` was started, and must
    /// neither move nor go. A port that was removed may be added again, as another one in the same slot, too.
    void add(const config::region::PortRecord& record, eal::Port& port);
    /// Leaves the interface of a slot's port as soon as no worker is in a view that has the port.
    void remove(std::uint32_t slot, channel::ConfigChannel& workers);

    /// As they were seen last.
    const channel::PortAddresses& addresses() const { return addresses_; }

    /// To be called once before there are workers, when `workers` is null, then in every turn; `now_ns` is
    /// CLOCK_MONOTONIC. Gives the workers other headers where an address has changed. Returns what there is to log.
    std::vector<std::string> look(channel::ConfigChannel* workers, std::uint64_t now_ns);

private:
    struct Watched {
        std::string name, device;
        std::uint32_t slot;
        eal::Port* port;
        house::PortLife life = {};
        config::CalmLog log = {};
        std::string way = {}, refusal = {};       ///< of the interface; why it was not taken up
        std::optional<std::uint64_t> grace = {};  ///< what was let go is given back when it is over
        /// It was removed, and is left when this grace is over.
        std::optional<std::uint64_t> removed = {};
    };

    Watched* find(std::uint32_t slot);
    eal::InterfaceState seen(Watched& watched, const channel::ConfigChannel* workers);
    void follow(Watched& watched, channel::ConfigChannel* workers, std::uint64_t now_ns);
    void take_up(Watched& watched, const eal::InterfaceState& interface, std::uint64_t now_ns);
    void let_go(Watched& watched, channel::ConfigChannel* workers);
    void give_back(Watched& watched);
    void record(Watched& watched, const eal::Link& link, std::uint64_t now_ns);

    config::region::DataplaneSection& section_;
    Readdressed readdressed_;
    eal::InterfaceNews kernel_;
    std::vector<Watched> watched_;
    channel::PortAddresses addresses_{};
    std::vector<std::string> news_;
    std::uint64_t interfaces_due_ns_ = 0, devices_due_ns_ = 0;
};

}  // namespace ropewalk::dataplane
