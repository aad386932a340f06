#include "dataplane/channel/received_table.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

#include <fmt/format.h>

#include "config/number.hpp"

namespace ropewalk::dataplane::channel {

namespace {

constexpr std::string_view end_line = "end";
constexpr std::size_t key_digits = 16;

std::optional<std::uint64_t> number_in(std::string_view text, int base) {
    return config::parse_number<std::uint64_t>(text, 0, std::numeric_limits<std::uint64_t>::max(), base);
}

}  // namespace

void ReceivedTable::take(const std::string& line) {
    const std::string_view whole = line;
    if (whole.size() > key_digits + 1 && whole[key_digits] == ' ') {
        const auto key_id = number_in(whole.substr(0, key_digits), 16);
        const auto newest = number_in(whole.substr(key_digits + 1), 10);
        if (key_id && newest) return raise(*key_id, *newest);
    }
    strange_lines_.push_back(line);
}

ReceivedTable ReceivedTable::parse(const std::string& text) {
    ReceivedTable table;
    table.ended_ = false;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string line = text.substr(begin, end - begin);
        begin = end + 1;
        if (line == end_line)
            table.ended_ = true;
        else if (end == text.size())
            table.strange_lines_.push_back(line + '?');  // cut off: half a number must not pass for one
        else
            table.take(line);
    }
    return table;
}

std::string ReceivedTable::text() const {
    std::string text;
    for (const auto& [key_id, number] : newest_) text += fmt::format("{:016x} {}\n", key_id, number);
    for (const std::string& line : strange_lines_) text += line + "\n";
    if (ended_) text += fmt::format("{}\n", end_line);
    return text;
}

std::optional<std::uint64_t> ReceivedTable::newest(std::uint64_t key_id) const {
    const auto found = newest_.find(key_id);
    if (found == newest_.end()) return std::nullopt;
    return found->second;
}

void ReceivedTable::raise(std::uint64_t key_id, std::uint64_t newest) {
    std::uint64_t& number = newest_[key_id];
    number = std::max(number, newest);
}

}  // namespace ropewalk::dataplane::channel
