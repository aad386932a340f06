#pragma once

#include <string>
#include <unordered_map>

#include "config/schema/problem.hpp"

namespace ropewalk::config::schema {

/// What reading one file leaves behind beside the values: on which line each key stands, and every problem.
class Notes {
public:
    explicit Notes(std::string file) : file_(std::move(file)) {}

    /// The line of a dotted key; the first one counts.
    void remember(const std::string& key, int line) { lines_.emplace(key, line); }
    bool knows(const std::string& key) const { return lines_.contains(key); }
    /// The line of the key or of the nearest one around it; 0 when there is none.
    int line_of(std::string key) const;

    void problem(const std::string& key, std::string found, std::string allowed) {
        problem_on(line_of(key), key, std::move(found), std::move(allowed));
    }
    void problem_on(int line, const std::string& key, std::string found, std::string allowed);

    bool has_problems() const { return !problems_.empty(); }
    /// All problems in the order of the file.
    Problems take_problems();

private:
    std::string file_;
    std::unordered_map<std::string, int> lines_;
    Problems problems_;
    bool more_ = false;
};

}  // namespace ropewalk::config::schema
