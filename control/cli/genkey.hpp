#pragma once

#include <string>

namespace ropewalk::control::cli {

/// `ropewalk genkey [FILE]`: a new static key into a new file with mode 0600, or to the standard output when no file is
/// named. Returns the exit status.
int genkey(const std::string& file);

}  // namespace ropewalk::control::cli
