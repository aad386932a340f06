#pragma once

#include <cstdint>

#include "control/paths/estimators/log_linear_histogram.hpp"

namespace ropewalk::control::paths {

/// Durations of the last half to one minute. Pure.
class RecentHistogram {
public:
    static constexpr std::uint64_t span_ns = 30'000'000'000;

    void add(std::uint64_t duration_ns, std::uint64_t now_ns) {
        if (now_ns - since_ns_ >= span_ns) {
            before_ = now_ns - since_ns_ < 2 * span_ns ? now_ : LogLinearHistogram();
            now_ = {};
            since_ns_ = now_ns;
        }
        now_.add(duration_ns);
    }

    /// 0: none were seen.
    std::uint64_t quantile_ns(double share) const {
        LogLinearHistogram both = before_;
        both.add(now_);
        return both.quantile_ns(share);
    }

private:
    LogLinearHistogram now_, before_;
    std::uint64_t since_ns_ = 0;
};

}  // namespace ropewalk::control::paths
