#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/region/instance_lock.hpp"
#include "config/region/region.hpp"
#include "config/result.hpp"
#include "control/commands/command_server.hpp"
#include "control/event_loop.hpp"
#include "control/kernel/endpoint_holder.hpp"
#include "control/kernel/inside_interface.hpp"
#include "control/kernel/netlink_socket.hpp"
#include "control/kernel/next_hop_resolver.hpp"
#include "control/peers/hello_exchange.hpp"
#include "control/peers/received_shards.hpp"
#include "control/publication/dataplane_watch.hpp"
#include "control/publication/publisher.hpp"
#include "control/reload/configuration.hpp"
#include "control/reload/reload_report.hpp"

namespace ropewalk::control {

/// The whole of ropewalk-control: one thread, one event loop, everything else waits for its turn in it. Nothing here
/// stops the dataplane: when control ends, packets go on with the snapshot published last.
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
    EventLoop& loop() { return loop_; }

    /// Called every tick_ns.
    void tick();
    static constexpr std::uint64_t tick_ns = 20'000'000;

    /// Reads the file again and takes over what can be; `client` 0 tells the log only. Answers when the dataplane has
    /// taken the snapshot, or refused it, or did neither in time.
    void reload(commands::CommandServer::ClientId client);

private:
    GatewayControl(std::string file, const std::string& name, config::region::InstanceLock lock,
                   config::region::Region region, EventLoop loop, kernel::NetlinkSocket requests,
                   kernel::NetlinkSocket monitor);

    /// A reload whose snapshot the dataplane has not judged yet.
    struct WaitingReload {
        commands::CommandServer::ClientId client;
        reload::ReloadReport report;
        std::uint64_t generation;
        std::uint64_t deadline_ns;
    };

    /// What the dataplane was last told to start with; empty when no earlier control left anything.
    std::optional<config::region::BootRecord> take_over_previous(const config::schema::Gateway& gateway);
    void warn_of_new_boot(const config::region::BootRecord& boot);
    Result<void> adopt(reload::Configuration configuration);
    Result<void> publish();
    void on_command(commands::CommandServer::ClientId client, const std::string& line);
    void watch_dataplane(std::uint64_t now_ns);
    void adopt_waiting();
    void exchange_hellos(std::uint64_t now_ns);
    void follow_shards(std::uint64_t now_ns);
    void learn_shards();
    void warn_of_shards() const;
    void tell_peer(const config::region::Message& message);
    void refresh_next_hops(std::uint64_t now_ns);
    void explain_next_hops(std::uint64_t now_ns);
    void every_second();
    void answer_reloads(std::uint64_t now_ns);
    void finish(const WaitingReload& reload);
    std::uint64_t refresh_interval_ns() const;

    const std::string file_, name_;
    config::region::InstanceLock lock_;
    config::region::Region region_;
    EventLoop loop_;
    kernel::NetlinkSocket requests_, monitor_;
    kernel::NextHopResolver next_hops_;
    kernel::InsideInterface inside_;
    kernel::EndpointHolder endpoints_;
    publication::Publisher publisher_;
    publication::DataplaneWatch dataplane_;
    publication::RefusalWatch refusals_;
    peers::HelloExchange hellos_;
    peers::ReceivedShards received_shards_;
    commands::CommandServer commands_;

    reload::Configuration running_;
    /// The newest valid configuration, when a part of it waits for the dataplane's next start.
    std::optional<reload::Configuration> wanted_;
    std::vector<config::schema::Change> waiting_changes_;
    config::snapshot::Resolved resolved_;
    std::vector<WaitingReload> reloads_;
    std::map<std::string, std::string> explained_;  ///< next-hop problems told already, by path key

    bool must_publish_ = false;
    bool kernel_changed_ = false;
    bool region_missing_ = false;
    std::string socket_problem_;
    std::uint64_t refreshed_ns_ = 0, second_ns_ = 0;
};

}  // namespace ropewalk::control
