#include "config/schema/problem.hpp"

#include <fmt/format.h>

namespace ropewalk::config::schema {

std::string to_string(const Problem& problem) {
    std::string text = problem.file;
    if (problem.line > 0) text += fmt::format(":{}", problem.line);
    if (!problem.key.empty()) text += ": " + problem.key;
    text += ": found " + problem.found;
    if (!problem.allowed.empty()) text += "; allowed: " + problem.allowed;
    return text;
}

}  // namespace ropewalk::config::schema
