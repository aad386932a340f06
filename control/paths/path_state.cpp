#include "control/paths/path_state.hpp"

namespace ropewalk::control::paths {

PathState path_state(const PathFacts& facts) {
    if (facts.dataplane != config::region::DataplaneState::running) return PathState::unknown;
    if (facts.link == config::region::LinkCode::down) return PathState::port_down;
    if (facts.use == config::region::PathUse::none) return PathState::no_next_hop;
    // Without the copy header nobody can say by which path a copy came.
    if (!config::traits_of(facts.wire).has_copy_header) return PathState::unknown;
    // The worker may have stamped it after we looked at the clock.
    const bool recent = facts.last_ns != 0 && facts.now_ns < facts.last_ns + path_silence_ns;
    return recent ? PathState::up : PathState::silent;
}

std::string_view word_of(PathState state) {
    switch (state) {
        case PathState::up:
            return "up";
        case PathState::silent:
            return "silent";
        case PathState::no_next_hop:
            return "no next hop";
        case PathState::port_down:
            return "port down";
        case PathState::unknown:
            break;
    }
    return "unknown";
}

}  // namespace ropewalk::control::paths
