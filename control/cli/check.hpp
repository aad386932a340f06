#pragma once

#include <cstdint>
#include <string>

namespace ropewalk::control::cli {

/// Key files are looked at when they are there; `demand` takes a missing or unreadable one for a problem.
enum class KeyFiles : std::uint8_t { when_there, demand };

/// `ropewalk check FILE`: reads a configuration without touching anything, and says what its prefixes would take away
/// on this machine. Returns the exit status, which is that of the file.
int check(const std::string& file, KeyFiles key_files);

}  // namespace ropewalk::control::cli
