#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "control/reload/configuration.hpp"

namespace ropewalk::control::reload {

/// Who asked for a reload; 0 tells the log only.
using Asker = std::uint64_t;

/// A configuration that was read again, or what is wrong with it.
struct ReloadRequest {
    Asker asker = 0;
    tl::expected<Configuration, ProblemLines> loaded;
    std::vector<std::string> notes = {};  ///< what its prefixes meet in the kernel
};

}  // namespace ropewalk::control::reload
