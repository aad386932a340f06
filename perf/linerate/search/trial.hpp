#pragma once

#include <cstdint>

/// Pure: what to try next, given what came of the trials before. No clock, no port.
namespace ropewalk::perf::linerate::search {

/// A load offered for a while.
struct TrialPlan {
    double load_pps;
    double seconds;

    bool operator==(const TrialPlan&) const = default;
};

struct TrialResult {
    TrialPlan plan;
    std::uint64_t offered;    ///< packets; those that the sending port did not take are among them
    std::uint64_t delivered;  ///< of these, each counted once

    double loss_ratio() const {
        return offered == 0 ? 1 : 1 - static_cast<double>(delivered) / static_cast<double>(offered);
    }
};

}  // namespace ropewalk::perf::linerate::search
