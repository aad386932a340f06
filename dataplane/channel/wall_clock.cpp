#include "dataplane/channel/wall_clock.hpp"

#include "config/region/clocks.hpp"

namespace ropewalk::dataplane::channel {

WallClock system_wall_clock() {
    return {[] { return config::region::clock_ns(CLOCK_REALTIME); }};
}

}  // namespace ropewalk::dataplane::channel
