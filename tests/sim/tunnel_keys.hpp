#pragma once

#include <cstddef>

#include "config/snapshot/build.hpp"
#include "tests/sim/side.hpp"

namespace ropewalk::tests::sim {

/// Keys of the tunnel have a number: 0 at first, one more with every change.
inline constexpr unsigned most_key_changes = 3;
inline constexpr std::size_t key_sets = most_key_changes + 1;

/// What the key file with that number makes of the tunnel at one side.
const config::snapshot::TunnelKeys& keys_of(Side side, unsigned number);

}  // namespace ropewalk::tests::sim
