#pragma once

#include <cstdint>

namespace ropewalk::control::paths {

/// What a path is wanted for.
enum class Duty : std::uint8_t {
    carries,   ///< traffic, as its state allows
    reserved,  ///< it is metered: for classes that prefer it to others that are fit
    idle,      ///< it is metered, and no class needs it
};

}  // namespace ropewalk::control::paths
