#pragma once

namespace ropewalk::control::cli {

/// `ropewalk version`: of the program and of the shared memory that both processes and this tool must agree on.
int print_version();

}  // namespace ropewalk::control::cli
