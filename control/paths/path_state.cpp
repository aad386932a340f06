#include "control/paths/path_state.hpp"

namespace ropewalk::control::paths {

std::string_view word_of(PathState state) {
    switch (state) {
        case PathState::init:
            return "init";
        case PathState::up:
            return "up";
        case PathState::suspect:
            return "suspect";
        case PathState::down:
            return "down";
        case PathState::lossy:
            return "lossy";
        case PathState::slow:
            return "slow";
        case PathState::stale:
            return "stale";
        case PathState::metered_idle:
            return "metered-idle";
        case PathState::unknown:
            break;
    }
    return "unknown";
}

}  // namespace ropewalk::control::paths
