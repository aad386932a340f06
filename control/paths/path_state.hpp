#pragma once

#include <string_view>

#include "config/region/path_health.hpp"

namespace ropewalk::control::paths {

using config::region::PathState;

std::string_view word_of(PathState state);

/// Whether traffic may rely on it.
constexpr bool is_fit(PathState state) {
    return state == PathState::up || state == PathState::lossy || state == PathState::slow ||
           state == PathState::metered_idle;
}

}  // namespace ropewalk::control::paths
