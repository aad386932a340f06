#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "perf/linerate/frames.hpp"
#include "perf/linerate/rate.hpp"
#include "perf/linerate/topology.hpp"

namespace ropewalk::perf::linerate {

/// What is looked for.
///   mlr      NDR (no loss) and PDR (0.5 % loss) by RFC 9971, and latency at shares of PDR
///   rfc2544  the throughput of RFC 2544: binary search with trials of one length
///   mrr      what comes through when as much as possible is offered
///   trial    one load for a while
///   soak     one load for long, told window by window
enum class Method : std::uint8_t { mlr, rfc2544, mrr, trial, soak };

/// Which time of a trial counts.
///   running  all but the spells in which the host took away a CPU of this process: what stands behind ports is not
///            watched, and goes on while the generator stands still
///   wall     every moment
enum class TrialClock : std::uint8_t { running, wall };

struct Options {
    TopologyPlan topology;
    Method method = Method::mlr;
    std::vector<std::string> sizes{"64", "1420", "imix"};  ///< of IP packets
    Family family = Family::ipv4;
    std::uint32_t flows = 64;

    Rate rate{Rate::Unit::all, 0};  ///< of trial and soak; the most that the searches offer
    double seconds = 0;             ///< of trial and soak; 0: 1 s and 60 s
    double window_seconds = 5;      ///< of soak
    double share = 0.5;             ///< soak's load where no rate is given: of what comes through at full load

    TrialClock clock = TrialClock::running;
    double trial_seconds = 0;            ///< of full-length trials; 0: 1 s in mlr, 60 s in rfc2544
    double initial_trial_seconds = 0.1;  ///< of mlr, and how long all trials at a load must last to decide it
    double sum_seconds = 4;
    double relative_width = 0.01;
    double limit_seconds = 60;     ///< of trials for one size
    double latency_seconds = 0.5;  ///< at each load
    double mrr_seconds = 0.2;

    unsigned generator_cpu = 0, gateway_cpu = 0;
};

}  // namespace ropewalk::perf::linerate
