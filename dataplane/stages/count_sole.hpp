#pragma once

#include <cstdint>
#include <optional>

#include "dataplane/stages/context.hpp"
#include "dataplane/tunnel/sole_copies.hpp"

namespace ropewalk::dataplane::stages {

/// Counts what SoleCopies tells of the path in a slot, for all the numbers that are not watched, too.
inline void count_sole(std::optional<std::uint32_t> path_slot, Context& context) {
    if (path_slot) context.counters.paths[*path_slot].rx_sole.add(tunnel::SoleCopies::blocks_for_one_watched);
}

}  // namespace ropewalk::dataplane::stages
