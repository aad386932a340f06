#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/region/region.hpp"
#include "config/result.hpp"
#include "dataplane/channel/wall_clock.hpp"
#include "tests/sim/memory_ports.hpp"

namespace ropewalk::dataplane::tunnel {
struct TunnelState;
}

namespace ropewalk::tests::sim {

/// One life of a dataplane: the program's own parts put together as its main() does, over ports in memory and given
/// clocks. Destroying it is what SIGKILL does: nothing is said to anybody. Its parts are known only to its .cpp, so
/// that nothing else is compiled again for ropewalk-sim-mutants.
class DataplaneProcess {
public:
    struct Setup {
        config::region::Region& region;
        PlainMemory& memory;
        MemoryPorts& ports;
        std::string state_dir;
        dataplane::channel::WallClock clock;
        config::region::Uuid life;
        std::uint64_t pid;
    };

    /// What it boots from: a copy of what is published; empty when there is nothing yet.
    static Result<std::vector<std::uint8_t>> attach(const config::region::Region& region);

    /// The rest of its start. Fails as the program's start does.
    static Result<std::unique_ptr<DataplaneProcess>> start(const Setup& setup, const std::vector<std::uint8_t>& boot,
                                                           std::uint64_t now_ns);
    ~DataplaneProcess();

    /// One turn of the worker. Returns packets taken.
    std::uint32_t turn(std::uint64_t now_ns);
    void keep_house(std::uint64_t now_ns);
    /// As on SIGTERM.
    void stop();

    std::uint64_t generation() const;
    /// The key under which the worker opens copies of the only tunnel.
    std::uint64_t rx_key_id() const;
    /// What that tunnel has under its keys.
    dataplane::tunnel::TunnelState& tunnel() const;

private:
    struct Parts;
    explicit DataplaneProcess(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace ropewalk::tests::sim
