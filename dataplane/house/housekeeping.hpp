#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "config/region/region.hpp"
#include "dataplane/channel/config_channel.hpp"
#include "dataplane/channel/tunnel_registry.hpp"
#include "dataplane/house/clock_watch.hpp"

namespace ropewalk::dataplane::house {

/// The main lcore's loop while the workers run: takes over new snapshots, renews sequence leases, beats the heart,
/// compares the clocks, has the ports looked at.
/// May log, which workers may not. It waits for no disk, or control would take the gateway for dead.
class Housekeeping {
public:
    /// Told of every configuration that the workers were given, when they may use it already.
    using Adopted = std::function<void(const view::ConfigView&)>;

    /// Called in each turn, with its time.
    using Watch = std::function<void(std::uint64_t now_ns)>;

    /// The clocks that are compared; a simulation gives its own.
    using Clocks = std::function<ClockReading()>;

    Housekeeping(config::region::Region& region, channel::ConfigChannel& channel, channel::TunnelRegistry& registry,
                 Adopted adopted = {}, Watch watch = {}, Clocks clocks = read_clocks)
        : region_(region),
          channel_(channel),
          registry_(registry),
          adopted_(std::move(adopted)),
          watch_(std::move(watch)),
          clocks_(std::move(clocks)) {}

    void run(const std::atomic<bool>& stop);

    /// One turn of it, due every 5 ms; `now_ns` is CLOCK_MONOTONIC.
    void turn(std::uint64_t now_ns);

    /// Records how far tunnels received: when the workers have ended.
    void finish() { registry_.record_received(); }

    /// Logs what became of the records.
    void tell();

private:
    void poll_configuration();
    void watch_region();
    void watch_clock();

    config::region::Region& region_;
    channel::ConfigChannel& channel_;
    channel::TunnelRegistry& registry_;
    Adopted adopted_;
    Watch watch_;
    Clocks clocks_;
    ClockWatch clock_watch_;
    std::uint64_t turns_ = 0;
    bool replaced_ = false;
};

}  // namespace ropewalk::dataplane::house
