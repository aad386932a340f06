#pragma once

#include <string_view>

#include "config/region/path_health.hpp"

namespace ropewalk::control::paths {

using config::region::PathState;

std::string_view word_of(PathState state);

/// Whether nothing is wrong with it.
constexpr bool is_up(PathState state) {
    return state == PathState::up || state == PathState::metered_idle;
}

/// Whether traffic may rely on it.
constexpr bool is_fit(PathState state) {
    return is_up(state) || state == PathState::lossy || state == PathState::slow;
}

}  // namespace ropewalk::control::paths
