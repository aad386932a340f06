#pragma once

#include <string>

#include "config/result.hpp"

namespace ropewalk::control::cli {

/// The gateway that a command is for: the one that was named, or the only one of this machine. `command` is what to
/// type before --gateway where there are several.
Result<std::string> choose_gateway(const std::string& named, const std::string& command);

}  // namespace ropewalk::control::cli
