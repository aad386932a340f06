#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace ropewalk::config::region {

/// The text in a fixed array up to its first NUL; the whole array when there is none.
template <std::size_t N>
std::string_view text_of(const std::array<char, N>& field) {
    return {field.data(), ::strnlen(field.data(), N)};
}

/// Writes `text` into the array, cut to fit, and fills the rest with NUL.
template <std::size_t N>
void set_text(std::array<char, N>& field, std::string_view text) {
    field.fill('\0');
    std::copy_n(text.begin(), std::min(text.size(), N - 1), field.begin());
}

/// The text in an array of its own.
template <class Array>
Array fixed_text(std::string_view text) {
    Array field;
    set_text(field, text);
    return field;
}

}  // namespace ropewalk::config::region
