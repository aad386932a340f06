#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "dataplane/packet/burst.hpp"
#include "tests/lab/wanem/link_settings.hpp"
#include "tests/sim/fault.hpp"

namespace ropewalk::tests::sim {

/// One run before it begins: all of it follows from the seed. Taking faults or paths out leaves a valid scenario.
struct Scenario {
    /// A direction of a path when nothing is wrong with it.
    struct Line {
        std::array<tests::lab::wanem::LinkSettings, side_count> leaving;  ///< by the side that sends
    };
    struct Clock {
        std::int64_t offset_ns;  ///< of the time of day, against the world
        std::int64_t drift_ppm;
    };
    enum class Ports : std::uint8_t { one_per_path, shared };

    std::uint64_t seed;
    unsigned outer;  ///< IP version of the paths
    Ports ports;
    std::vector<Line> paths;
    std::vector<bool> path_in_use;  ///< by path; shrinking takes paths down for good
    std::array<Clock, side_count> clocks;
    unsigned classes;  ///< at the edge at first, see edge_classes()
    Time burst_interval;
    static constexpr unsigned largest_of_bursts = dataplane::packet::burst_capacity;
    unsigned largest_burst;
    std::vector<Fault> faults;
    Time faults_end;

    /// When everything works again after the last fault: docs/testing.md tells what it is made of.
    Time service_back() const { return faults_end + 3 * second; }
    Time users_stop() const { return service_back() + second / 2; }
    /// When nothing is underway any more.
    Time end() const { return users_stop() + 3 * second / 2; }
};

Scenario draw_scenario(std::uint64_t seed);

/// What faults are in the scenario decides when it ends.
void settle_end(Scenario& scenario);

}  // namespace ropewalk::tests::sim
