#pragma once

#include <cstdint>
#include <functional>

namespace ropewalk::dataplane::channel {

/// The time of day, which sequence numbers under a static key begin at; asked at starts and when it jumped, by any
/// thread. A simulation gives its own.
struct WallClock {
    std::function<std::uint64_t()> now_ns;  ///< since the epoch
};

/// CLOCK_REALTIME.
WallClock system_wall_clock();

}  // namespace ropewalk::dataplane::channel
