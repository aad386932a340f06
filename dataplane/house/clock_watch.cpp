#include "dataplane/house/clock_watch.hpp"

#include <algorithm>

#include "config/region/clocks.hpp"

namespace ropewalk::dataplane::house {

ClockReading read_clocks() {
    ClockReading reading{};
    reading.boot_before_ns = config::region::boottime_ns();
    reading.wall_ns = config::region::clock_ns(CLOCK_REALTIME);
    reading.boot_after_ns = config::region::boottime_ns();
    return reading;
}

std::int64_t ClockWatch::moved_ns(const ClockReading& now) {
    if (now.boot_after_ns - now.boot_before_ns > longest_look_ns) return 0;
    const auto offset = static_cast<std::int64_t>(now.wall_ns - now.boot_before_ns);
    if (!offset_ns_) offset_ns_ = offset;
    const std::int64_t moved = offset - *offset_ns_;
    if (moved >= noticed_ns || moved <= -noticed_ns) {
        offset_ns_ = offset;
        return moved;
    }
    // A small step back, such as a leap second's, must not hide a part of what comes ahead after it.
    offset_ns_ = std::min(*offset_ns_, offset);
    return 0;
}

}  // namespace ropewalk::dataplane::house
