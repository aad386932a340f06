#include "config/schema/wording.hpp"

#include <algorithm>
#include <numeric>
#include <span>

#include <fmt/format.h>

namespace ropewalk::config::schema {
namespace {

constexpr std::size_t longest_shown = 60;
constexpr std::size_t most_listed = 16;
/// Slips beyond this many letters are another word.
constexpr std::size_t most_slips = 3;

/// Insertions, deletions and changes of one letter that lead from one word to the other (Levenshtein).
std::size_t edit_distance(std::string_view from, std::string_view to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < from.size(); ++i) {
        std::size_t diagonal = row[0]++;
        for (std::size_t j = 0; j < to.size(); ++j) {
            const std::size_t changed = diagonal + (from[i] == to[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

}  // namespace

std::string shown(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (result.size() >= longest_shown) return result + "...";
        if (c >= ' ' && c <= '~') {
            result += c;
        } else {
            result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        }
    }
    return result;
}

std::string in_quotes(std::string_view text) {
    return fmt::format("'{}'", shown(text));
}

std::string hint(std::string_view text, const std::vector<std::string>& words) {
    std::size_t fewest = std::min(most_slips, (text.size() + 2) / 3) + 1;
    const std::string* nearest = nullptr;
    for (const std::string& word : words) {
        if (std::max(word.size(), text.size()) - std::min(word.size(), text.size()) >= fewest) continue;
        if (const std::size_t slips = edit_distance(text, word); slips < fewest) {
            fewest = slips;
            nearest = &word;
        }
    }
    return nearest == nullptr ? "" : fmt::format("did you mean {}? ", in_quotes(*nearest));
}

std::string listed(const std::vector<std::string>& words) {
    const bool many = words.size() > most_listed;
    std::vector<std::string> safe;
    for (const std::string& word : std::span(words).first(many ? most_listed : words.size()))
        safe.push_back(shown(word));
    return fmt::format("{}{}", fmt::join(safe, ", "), many ? ", ..." : "");
}

}  // namespace ropewalk::config::schema
