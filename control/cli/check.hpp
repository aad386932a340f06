#pragma once

#include <cstdint>
#include <string>

namespace ropewalk::control::cli {

/// Key files are looked at when they are there; `demand` takes a missing or unreadable one for a problem.
enum class KeyFiles : std::uint8_t { when_there, demand };

/// `ropewalk check FILE`: reads a configuration without touching anything. Returns the exit status.
int check(const std::string& file, KeyFiles key_files);

}  // namespace ropewalk::control::cli
