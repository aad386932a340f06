#pragma once

#include <algorithm>
#include <cstdint>

namespace ropewalk::control::peers {

/// For what a peer can make happen as often as it likes: `burst` times at once after a pause, then once an interval.
/// Pure.
class Damper {
public:
    constexpr Damper(unsigned burst, std::uint64_t interval_ns)
        : ahead_ns_((burst - 1) * interval_ns), interval_ns_(interval_ns) {}

    /// Whether it may happen now; counts as happened if so.
    constexpr bool admits(std::uint64_t now_ns) {
        if (due_ns_ > now_ns + ahead_ns_) return false;
        due_ns_ = std::max(due_ns_, now_ns) + interval_ns_;
        return true;
    }

private:
    std::uint64_t ahead_ns_, interval_ns_;
    std::uint64_t due_ns_ = 0;
};

}  // namespace ropewalk::control::peers
