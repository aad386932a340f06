#pragma once

#include <cstdint>
#include <string>

namespace ropewalk::control::paths {

/// What an operator may ask of a path while gateways run; a reload keeps it.
enum class PathWish : std::uint8_t { use, drain };

/// One asks for it by `ropewalk path`.
struct PathRequest {
    std::uint64_t asker = 0;  ///< who is to be answered
    PathWish wish{};
    std::string path;  ///< TUNNEL/PATH, or PATH where one tunnel has it
};

struct PathAnswer {
    enum class Outcome : std::uint8_t { done, refused } outcome{};
    std::uint64_t asker = 0;
    std::string line;  ///< a sentence
};

}  // namespace ropewalk::control::paths
