#include "config/schema/notes.hpp"

#include <algorithm>
#include <utility>

namespace ropewalk::config::schema {
namespace {

/// A file with more problems than this is not a configuration; a list of them all would help nobody.
constexpr std::size_t most_problems = 1000;

}  // namespace

int Notes::line_of(std::string key) const {
    while (true) {
        if (const auto found = lines_.find(key); found != lines_.end()) return found->second;
        const std::size_t end = key.find_last_of(".[");
        if (end == std::string::npos) return 0;
        key.resize(end);
    }
}

void Notes::problem_on(int line, const std::string& key, std::string found, std::string allowed) {
    if (problems_.size() == most_problems) {
        more_ = true;
        return;
    }
    problems_.push_back({file_, line, key, std::move(found), std::move(allowed)});
}

Problems Notes::take_problems() {
    std::ranges::stable_sort(problems_, {}, &Problem::line);
    if (std::exchange(more_, false)) {
        problems_.push_back({file_, 0, "", "still more problems", "none; mend the first ones, then check again"});
    }
    return std::exchange(problems_, {});
}

}  // namespace ropewalk::config::schema
