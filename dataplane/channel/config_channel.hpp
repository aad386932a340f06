#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config/region/region.hpp"
#include "config/result.hpp"
#include "dataplane/channel/compiled_routes.hpp"
#include "dataplane/channel/port_addresses.hpp"
#include "dataplane/channel/read_at_start.hpp"
#include "dataplane/channel/tunnel_registry.hpp"
#include "dataplane/view/config_view.hpp"

namespace ropewalk::dataplane::channel {

/// Where a worker finds its configuration: one pointer, stored with release by the main lcore, loaded with acquire
/// once a turn. The worker says on its own line of the shared memory which generation it uses, and which epoch it has
/// seen: from then on it touches nothing of what the main lcore took out of its reach before that epoch began.
struct alignas(64) ViewCell {
    std::atomic<const view::ConfigView*> current{nullptr};
    std::atomic<std::uint64_t> epoch{0};  ///< loaded before `current`

    /// Begins another epoch, behind what was taken back; returns it.
    std::uint64_t begin_epoch() { return epoch.fetch_add(1, std::memory_order_acq_rel) + 1; }
};

/// The main lcore's side of the configuration channel: notices a publication, verifies it, compiles it, hands it to
/// the workers when the disk has answered for each of its tunnels, and frees a view when no worker uses it any more. A
/// snapshot that is refused leaves all as it was.
class ConfigChannel {
public:
    /// Asked for the ports of a verified snapshot before workers are told of it; fails where one cannot be had, and
    /// then the snapshot is refused.
    using MakePorts = std::function<Result<void>(const config::region::View&)>;

    /// `started_with` is what this dataplane runs with, `port_addresses` the Ethernet addresses of its ports.
    ConfigChannel(config::region::Region& region, const PortAddresses& port_addresses, ReadAtStart started_with,
                  TunnelRegistry& registry, ViewCell& cell, unsigned workers, MakePorts make_ports = {});

    /// Looks for a new publication; cheap when there is none. An error means that it was refused, and is said once.
    Result<void> poll();

    /// Generation that the workers were last given; 0 before the first.
    std::uint64_t generation() const { return current_ ? current_->generation : 0; }

    /// What they were given; null before the first.
    const view::ConfigView* current() const { return current_.get(); }

    /// The port of a slot has another Ethernet address: the workers are given the same configuration with other
    /// headers.
    void set_port_address(std::size_t slot, const std::array<std::uint8_t, 6>& address);

    /// To be called when something was taken out of the workers' reach; is_over() says when none touches it any more.
    std::uint64_t begin_grace() { return cell_.begin_epoch(); }
    bool is_over(std::uint64_t grace) const;

private:
    Result<std::unique_ptr<view::ConfigView>> load(const config::region::Publication& publication);
    Result<void> look_for_publication();
    void hand_over();
    void replace_current(std::unique_ptr<view::ConfigView> view);
    void retire();
    void refuse(std::uint64_t generation, const std::string& reason);

    config::region::Region& region_;
    PortAddresses port_addresses_;
    ReadAtStart started_with_;
    TunnelRegistry& registry_;
    CompiledRoutes routes_;
    ViewCell& cell_;
    unsigned workers_;
    MakePorts make_ports_;
    std::uint64_t seen_generation_ = 0;
    std::unique_ptr<view::ConfigView> next_;  ///< verified; its tunnels' records are asked for
    std::unique_ptr<view::ConfigView> current_;
    std::uint64_t current_epoch_ = 0;  ///< began when it was handed over
    std::vector<std::unique_ptr<view::ConfigView>> retiring_;
};

}  // namespace ropewalk::dataplane::channel
