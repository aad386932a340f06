#pragma once

#include <cstdint>

namespace ropewalk::tests::sim {

/// Nanoseconds of the simulated world since its beginning.
using Time = std::uint64_t;

inline constexpr Time microsecond = 1'000, millisecond = 1'000'000, second = 1'000'000'000;

}  // namespace ropewalk::tests::sim
