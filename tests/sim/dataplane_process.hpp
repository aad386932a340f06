#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/result.hpp"
#include "dataplane/channel/config_channel.hpp"
#include "dataplane/channel/tunnel_registry.hpp"
#include "dataplane/worker/housekeeping.hpp"
#include "dataplane/worker/turn.hpp"
#include "tests/sim/memory_ports.hpp"

namespace ropewalk::tests::sim {

/// One life of a dataplane: the program's own parts put together as its main() does, over ports in memory and given
/// clocks. Destroying it is what SIGKILL does: nothing is said to anybody.
class DataplaneProcess {
public:
    struct Setup {
        config::snapshot::Region& region;
        PlainMemory& memory;
        MemoryPorts& ports;
        std::string state_dir;
        dataplane::channel::WallClock clock;
        config::snapshot::Uuid life;
        std::uint64_t pid;
    };

    /// What it boots from: a copy of what is published; empty when there is nothing yet.
    static Result<std::vector<std::uint8_t>> attach(const config::snapshot::Region& region);

    /// The rest of its start. Fails as the program's start does.
    static Result<std::unique_ptr<DataplaneProcess>> start(const Setup& setup, const std::vector<std::uint8_t>& boot,
                                                           std::uint64_t now_ns);

    /// One turn of the worker. Returns packets taken.
    std::uint32_t turn(std::uint64_t now_ns);
    void keep_house(std::uint64_t now_ns) { housekeeping_.turn(now_ns); }
    /// As on SIGTERM.
    void stop();

    std::uint64_t generation() const { return channel_.generation(); }
    /// What the only tunnel has under its keys.
    dataplane::tunnel::TunnelState& tunnel() const { return *cell_.current.load()->tunnels.front().state; }

private:
    DataplaneProcess(const Setup& setup, dataplane::channel::SequenceStore store, const config::snapshot::View& boot);

    config::snapshot::Region& region_;
    std::vector<std::uint32_t> wan_slots_;
    dataplane::worker::Links links_;
    std::unique_ptr<dataplane::worker::PathSenders> senders_;
    std::unique_ptr<dataplane::worker::PathReceivers> receivers_;
    dataplane::channel::TunnelRegistry registry_;
    dataplane::channel::ViewCell cell_;
    dataplane::channel::ConfigChannel channel_;
    dataplane::worker::Housekeeping housekeeping_;
    dataplane::worker::Turn<MemoryPorts> turn_;
};

}  // namespace ropewalk::tests::sim
