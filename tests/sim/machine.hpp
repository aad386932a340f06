#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tests/sim/control_process.hpp"
#include "tests/sim/dataplane_process.hpp"
#include "tests/sim/heap_account.hpp"
#include "tests/sim/machine_clock.hpp"
#include "tests/sim/shared_memory.hpp"
#include "tests/sim/tunnel_keys.hpp"

namespace ropewalk::tests::sim {

/// What a machine keeps from one run to the next, because it is costly to make.
struct MachineParts {
    explicit MachineParts(Side side);

    SharedMemory shared;
    PlainMemory packets;
    std::string state_dir;
    HeapAccount dataplane_heap, control_heap;
};

/// One gateway's machine: clocks, disk, shared memory, ports, and the two processes while they live.
class Machine {
public:
    Machine(Side side, const Scenario& scenario, MachineParts& parts);
    ~Machine();
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    void start_control(Time now);
    void kill_control();
    void tick_control(Time now);
    void reload(unsigned classes, Time now);
    /// The key file holds the next keys, the edge has these classes, and control is told.
    void change_keys(unsigned classes, Time now);
    /// The kernel's neighbours; a bit for each path whose next hop is lost.
    void set_lost_next_hops(std::uint32_t lost);

    /// False while there is nothing to boot from.
    bool attach_dataplane();
    struct Started {};
    struct Refused {
        std::string reason;
    };
    std::variant<Started, Refused> start_dataplane(Time now);
    void kill_dataplane();
    void stop_dataplane();
    void keep_house(Time now);
    enum class Turned : std::uint8_t { idle, worked, died };
    Turned turn(Time now);

    /// As after a power failure: nothing is left in memory.
    void lose_memory();
    enum class Disk : std::uint8_t { works, refuses };
    void set_disk(Disk disk);

    DataplaneProcess* dataplane() const { return dataplane_.get(); }
    ControlProcess* control() const { return control_.get(); }
    /// What the file of the gateway says now.
    const config::schema::Gateway& configured() const;
    const config::region::ControlSection& control_section() const { return parts_.shared.of_dataplane().control(); }
    bool is_attached() const { return boot_.has_value(); }
    const config::region::Uuid& life() const { return life_; }
    /// The number of the keys that the key file holds, and of those that the running dataplane's worker has.
    unsigned keys_configured() const { return keys_; }
    unsigned keys_in_use() const;
    /// Below which the present dataplane's window under those keys began.
    std::uint64_t floor(unsigned keys) const { return floors_[keys]; }
    const config::region::DataplaneSection& section() const { return parts_.shared.of_dataplane().dataplane(); }
    std::uint64_t monotonic_ns(Time now) const { return clock_.monotonic_ns(now); }
    std::size_t dataplane_heap() const { return parts_.dataplane_heap.bytes(); }
    std::size_t control_heap() const { return parts_.control_heap.bytes(); }
    std::uint32_t buffers_in_use() const { return parts_.packets.in_use(); }
    PlainMemory& packets() { return parts_.packets; }
    MemoryPorts& ports() { return ports_; }
    MachineClock& clock() { return clock_; }

private:
    ControlProcess::Liveness liveness() const;
    ControlProcess::Configuration files() const;
    void tell_control(Time now);
    std::uint64_t recorded_floor(unsigned keys) const;

    const Side side_;
    const Scenario& scenario_;
    MachineParts& parts_;
    MachineClock clock_;
    MemoryPorts ports_;
    std::unique_ptr<ControlProcess> control_;
    std::unique_ptr<DataplaneProcess> dataplane_;
    std::optional<std::vector<std::uint8_t>> boot_;
    unsigned classes_;
    unsigned keys_ = 0;
    unsigned most_shards_ = 1, least_shards_ = 1;  ///< so far, and since a power failure
    std::uint32_t lost_next_hops_ = 0;
    config::region::Uuid life_{};
    std::uint64_t lives_ = 0;
    Time now_ = 0;  ///< of the dataplane's main lcore
    std::array<std::uint64_t, key_sets> floors_{};
};

}  // namespace ropewalk::tests::sim
