#pragma once

#include <unistd.h>

#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "perf/linerate/trial_runner.hpp"

namespace ropewalk::perf::linerate {

/// One line on standard error that is written over and over while people watch; nothing when it is not a terminal.
class ProgressLine {
public:
    void show(const std::string& size, const TrialOutcome& trial) const {
        if (!watched_) return;
        fmt::print(stderr, "\r\033[K{} bytes: {:.2f} of {:.2f} Mpps came through, loss {:.4f} %", size,
                   trial.delivered_pps() / 1e6, trial.offered_pps() / 1e6, 100 * trial.result.loss_ratio());
        std::fflush(stderr);
    }
    ~ProgressLine() {
        if (watched_) fmt::print(stderr, "\r\033[K");
    }

private:
    bool watched_ = ::isatty(STDERR_FILENO) == 1;
};

}  // namespace ropewalk::perf::linerate
