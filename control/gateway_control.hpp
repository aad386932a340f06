#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "config/region/instance_lock.hpp"
#include "config/region/region.hpp"
#include "config/result.hpp"
#include "control/commands/command_server.hpp"
#include "control/event_loop.hpp"
#include "control/kernel/endpoint_holder.hpp"
#include "control/kernel/inside_interface.hpp"
#include "control/kernel/netlink_socket.hpp"
#include "control/kernel/next_hop_resolver.hpp"
#include "control/metrics/exporter.hpp"
#include "control/metrics/told.hpp"
#include "control/region_exchange.hpp"
#include "control/telling/event_hook.hpp"
#include "control/turn.hpp"

namespace ropewalk::control {

/// The kernel's side of ropewalk-control: one event loop. It gathers facts, lets Turn decide, carries out what comes of
/// it, and tells what happened; whom it tells by waiting for others has a thread of its own. Nothing here stops the
/// dataplane: when control ends, packets go on with the snapshot published last.
class GatewayControl {
public:
    /// Takes the gateway's lock and shared memory, publishes the first snapshot.
    static Result<std::unique_ptr<GatewayControl>> start(std::string file, reload::Configuration configuration);

    ~GatewayControl();
    GatewayControl(const GatewayControl&) = delete;
    GatewayControl& operator=(const GatewayControl&) = delete;

    /// Until stop().
    void run() { loop_.run(); }
    void stop() { loop_.stop(); }
    /// The last thing after run(): wipes the keys from the shared memory unless a dataplane goes on with them.
    void leave();
    EventLoop& loop() { return loop_; }

    /// Called every tick_ns.
    void tick();
    static constexpr std::uint64_t tick_ns = 5'000'000;

    /// Reads the file again and takes over what can be. Answers when the dataplane has taken the snapshot, or refused
    /// it, or PendingReloads::reload_patience_ns went by.
    void reload(reload::Asker asker);
    void ask_path(paths::PathRequest request);

private:
    GatewayControl(std::string file, const std::string& name, config::region::InstanceLock lock,
                   config::region::Region region, EventLoop loop, kernel::NetlinkSocket requests,
                   kernel::NetlinkSocket monitor);

    Result<void> begin(reload::Configuration configuration);
    /// One turn with what is to be seen now and `facts` beside it; a second one when the first adopted a configuration,
    /// whose next hops nobody has asked for before.
    void take_turn(Facts facts, std::uint64_t now_ns);
    void carry_out(const Effects& effects);
    void configure_kernel();
    void configure_telling();
    /// To the log, the ring, the hook and the metrics alike.
    void tell(const events::Event& event);
    kernel::InnerMtusByName inner_mtus() const;
    Facts look(std::uint64_t now_ns);
    void look_at_kernel(std::uint64_t now_ns);
    void every_second(std::uint64_t now_ns);
    void refresh_next_hops(std::uint64_t now_ns);
    std::uint64_t refresh_interval_ns() const;
    void on_command(commands::CommandServer::ClientId client, const std::string& line);

    const std::string file_;
    const std::string name_;
    config::region::InstanceLock lock_;
    config::region::Region region_;
    EventLoop loop_;
    kernel::NetlinkSocket requests_, monitor_;
    RegionExchange exchange_;
    Turn turn_;

    kernel::NextHopResolver next_hops_;
    kernel::EndpointHolder endpoints_;
    kernel::InsideInterface inside_;
    commands::CommandServer commands_;
    metrics::Told told_;
    telling::EventHook hook_;
    metrics::Exporter exporter_;

    std::vector<paths::NextHopFact> next_hop_news_;  ///< for the next turn
    bool kernel_changed_ = false;
    std::uint64_t ticked_ns_ = 0, second_ns_ = 0, refreshed_ns_ = 0;
    bool region_missing_ = false;
    std::string socket_problem_;
};

}  // namespace ropewalk::control
