#pragma once

#include <string>

namespace ropewalk::control::cli {

/// Of the program and of the shared memory that both processes and this tool must agree on.
std::string version_line();

/// `ropewalk version`. Returns the exit status.
int print_version();

}  // namespace ropewalk::control::cli
