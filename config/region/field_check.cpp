#include "config/region/field_check.hpp"

#include <cstring>

namespace ropewalk::config::region {
namespace {

/// The text up to its NUL, in quotes, with everything unprintable shown as '?' and cut to a line's worth.
std::string in_quotes(std::span<const char> text) {
    std::string shown(text.data(), std::min<std::size_t>(::strnlen(text.data(), text.size()), 40));
    for (char& c : shown) {
        if (c < ' ' || c > '~') c = '?';
    }
    return fmt::format("'{}'", shown);
}

bool ends_in_nul(std::span<const char> text, std::size_t length) {
    return length < text.size() && std::ranges::all_of(text.subspan(length), [](char c) { return c == '\0'; });
}

}  // namespace

bool FieldCheck::demand(bool holds, std::string_view field, std::string_view found, std::string_view allowed) {
    if (!holds && error_.empty()) {
        const std::string record = in_table_ ? fmt::format("{}[{}]", table_, index_) : std::string(table_);
        error_ = fmt::format("snapshot {}.{}: found {}; allowed: {}", record, field, found, allowed);
    }
    return holds;
}

bool FieldCheck::equal(std::string_view field, std::uint64_t found, std::uint64_t allowed) {
    return found == allowed || demand(false, field, std::to_string(found), std::to_string(allowed));
}

bool FieldCheck::between(std::string_view field, std::uint64_t found, std::uint64_t low, std::uint64_t high) {
    if (found >= low && found <= high) return true;
    return demand(false, field, std::to_string(found), fmt::format("{} to {}", low, high));
}

bool FieldCheck::zero(std::string_view field, std::span<const std::uint8_t> bytes) {
    const auto other = std::ranges::find_if(bytes, [](std::uint8_t byte) { return byte != 0; });
    return other == bytes.end() || demand(false, field, fmt::format("{:#04x}", *other), "zero bytes");
}

bool FieldCheck::name(std::string_view field, std::span<const char> text, std::size_t longest) {
    const std::size_t length = ::strnlen(text.data(), text.size());
    const bool graphic = std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(length),
                                     [](char c) { return c > ' ' && c <= '~'; });
    if (length > 0 && length <= longest && graphic && ends_in_nul(text, length)) return true;
    return demand(false, field, in_quotes(text),
                  fmt::format("1 to {} printable characters without blanks, then NUL", longest));
}

bool FieldCheck::text(std::string_view field, std::span<const char> text) {
    const std::size_t length = ::strnlen(text.data(), text.size());
    const bool printable = std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(length),
                                       [](char c) { return (c >= ' ' && c <= '~') || c == '\n'; });
    if (printable && ends_in_nul(text, length)) return true;
    return demand(false, field, in_quotes(text),
                  fmt::format("up to {} printable characters, then NUL", text.size() - 1));
}

}  // namespace ropewalk::config::region
