#include "dataplane/channel/wall_clock.hpp"

#include <time.h>

#include <chrono>
#include <thread>

namespace ropewalk::dataplane::channel {

WallClock system_wall_clock() {
    return {[] {
                timespec now;
                clock_gettime(CLOCK_REALTIME, &now);
                return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
            },
            [](std::uint64_t nanoseconds) { std::this_thread::sleep_for(std::chrono::nanoseconds(nanoseconds)); }};
}

}  // namespace ropewalk::dataplane::channel
