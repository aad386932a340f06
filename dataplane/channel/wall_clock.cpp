#include "dataplane/channel/wall_clock.hpp"

#include <time.h>

namespace ropewalk::dataplane::channel {

WallClock system_wall_clock() {
    return {[] {
        timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
    }};
}

}  // namespace ropewalk::dataplane::channel
