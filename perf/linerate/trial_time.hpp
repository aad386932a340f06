#pragma once

#include <cstdint>

#include <rte_cycles.h>

#include "perf/linerate/gateways.hpp"
#include "perf/linerate/running_clock.hpp"

namespace ropewalk::perf::linerate {

/// The clock of one trial, read from the TSC and from the gateways' turns. While it lives, gateways of this process
/// keep step with the generator where not every moment counts.
class TrialTime {
public:
    TrialTime(Gateways* gateways, RunningClock::Patience patience)
        : gateways_(gateways), in_step_(gateways != nullptr && !patience.is_endless()) {
        if (gateways_ == nullptr) patience.gateways = RunningClock::Patience::endless().gateways;
        if (in_step_) gateways_->keep_step_with_generator(patience.generator);
        began_ = rte_rdtsc();
        clock_ = RunningClock(patience, began_, turns());
    }
    ~TrialTime() { let_go(); }
    TrialTime(const TrialTime&) = delete;
    TrialTime& operator=(const TrialTime&) = delete;

    /// Reads the TSC.
    std::uint64_t look() {
        const std::uint64_t now = rte_rdtsc();
        const std::uint64_t left_out = clock_.held_by_generator();
        clock_.look(now, turns());
        if (in_step_) gateways_->generator_is_alive(now, clock_.held_by_generator() - left_out);
        return now;
    }
    /// Nothing is offered any more: gateways go on by themselves.
    void let_go() {
        if (in_step_) gateways_->generator_is_done();
        in_step_ = false;
    }

    const RunningClock& clock() const { return clock_; }
    std::uint64_t began() const { return began_; }

private:
    std::uint64_t turns() const { return gateways_ == nullptr ? 0 : gateways_->turns(); }

    Gateways* gateways_;
    bool in_step_;
    std::uint64_t began_ = 0;
    RunningClock clock_;
};

}  // namespace ropewalk::perf::linerate
