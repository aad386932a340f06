#pragma once

#include <cstdint>
#include <string>

namespace ropewalk::control::commands {

/// What the command line asks control for.
struct Request {
    enum class Command : std::uint8_t { unknown, status, reload, drain_path, use_path } command = Command::unknown;
    std::string path;  ///< of the last two
};

/// Reads a line: a JSON object whose "command" is the word, with a "path" where one is meant. All else is `unknown`,
/// JSON or not.
Request read_request(const std::string& line);

}  // namespace ropewalk::control::commands
