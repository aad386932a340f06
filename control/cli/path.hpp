#pragma once

#include <string>

#include "control/paths/path_request.hpp"

namespace ropewalk::control::cli {

/// `ropewalk path drain|use`: asks the gateway's control and prints what it says. An empty gateway means the only one
/// of this machine. Returns the exit status: 0 when it is so.
int ask_path(paths::PathWish wish, const std::string& path, const std::string& gateway);

}  // namespace ropewalk::control::cli
