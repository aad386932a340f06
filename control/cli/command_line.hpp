#pragma once

namespace ropewalk::control::cli {

/// The program `ropewalk`: reads its arguments, as main() has them, and does what they ask for. Returns the exit
/// status.
int run_command_line(int argc, const char* const* argv);

}  // namespace ropewalk::control::cli
