#pragma once

#include <cstdint>
#include <string>

namespace ropewalk::control::commands {

/// What the command line asks control for.
enum class Request : std::uint8_t { unknown, status, reload };

/// Reads a line: a JSON object whose "command" is the word. All else is `unknown`, JSON or not.
Request read_request(const std::string& line);

}  // namespace ropewalk::control::commands
