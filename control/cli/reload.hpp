#pragma once

#include <string>

namespace ropewalk::control::cli {

/// `ropewalk reload`: asks the gateway's control to read its file again and prints what it says. An empty name means
/// the only gateway of this machine. Returns the exit status: 0 when the configuration was taken over.
int reload(const std::string& gateway);

}  // namespace ropewalk::control::cli
