#pragma once

#include <cstdint>
#include <string_view>

#include "config/region/layout.hpp"

namespace ropewalk::control::paths {

/// Longest time without an authenticated copy on a live path: some intervals between hellos.
inline constexpr std::uint64_t path_silence_ns = 1'500'000'000;

enum class PathState : std::uint8_t {
    up,           ///< an authenticated copy came by it within path_silence_ns
    silent,       ///< none did
    no_next_hop,  ///< nothing can be sent on it
    port_down,    ///< nothing can be sent: its port has no link
    unknown,      ///< no dataplane runs, or the wire does not tell paths apart
};

struct PathFacts {
    config::region::DataplaneState dataplane;
    config::Wire wire;
    config::region::PathUse use;
    std::uint64_t last_ns;  ///< of the newest authenticated copy; 0: none yet
    std::uint64_t now_ns;
    config::region::LinkCode link = config::region::LinkCode::unknown;  ///< of its port
};

/// Pure.
PathState path_state(const PathFacts& facts);

std::string_view word_of(PathState state);

}  // namespace ropewalk::control::paths
