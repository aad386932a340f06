#include "config/schema/values.hpp"

#include <algorithm>

#include "config/region/limits.hpp"
#include "config/schema/map_reader.hpp"

namespace ropewalk::config::schema {

std::optional<std::string> parse_any(std::string_view text) {
    return text.empty() ? std::nullopt : std::optional(std::string(text));
}

std::optional<std::string> parse_text(std::string_view text) {
    const bool printable = std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
    return printable ? parse_any(text) : std::nullopt;
}

std::optional<std::string> parse_name(std::string_view text) {
    return is_name(text) ? parse_any(text) : std::nullopt;
}

std::optional<std::string> parse_interface(std::string_view text) {
    const bool valid = !text.empty() && text.size() <= region::max_interface_name && text != "." && text != ".." &&
                       std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~' && c != '/' && c != ':'; });
    return valid ? std::optional(std::string(text)) : std::nullopt;
}

}  // namespace ropewalk::config::schema
