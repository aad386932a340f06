#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ropewalk::config {

/// A number without sign, blanks or anything behind it, from `low` to `high`; decimal where `base` says nothing else.
template <class Number>
std::optional<Number> parse_number(std::string_view text, Number low, Number high, int base = 10) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size() || value < low || value > high) return std::nullopt;
    return static_cast<Number>(value);
}

template <class Number, Number low, Number high>
std::optional<Number> parse_between(std::string_view text) {
    return parse_number<Number>(text, low, high);
}

}  // namespace ropewalk::config
