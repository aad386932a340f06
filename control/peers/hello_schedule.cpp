#include "control/peers/hello_schedule.hpp"

#include <algorithm>
#include <utility>

namespace ropewalk::control::peers {

void HelloSchedule::set_targets(std::vector<HelloTarget> targets) {
    if (targets == targets_) return;
    targets_ = std::move(targets);
    next_ = 0;
    // A path that is new need not wait, nor what is new to say.
    credit_ = static_cast<double>(targets_.size());
}

std::vector<HelloTarget> HelloSchedule::due(std::uint64_t now_ns) {
    const auto count = static_cast<double>(targets_.size());
    const auto elapsed = static_cast<double>(now_ns - std::exchange(last_ns_, now_ns));
    credit_ = std::min(count, credit_ + count * elapsed / static_cast<double>(hello_interval_ns));
    std::vector<HelloTarget> due;
    for (; credit_ >= 1; credit_ -= 1) {
        due.push_back(targets_[next_]);
        next_ = (next_ + 1) % targets_.size();
    }
    return due;
}

}  // namespace ropewalk::control::peers
