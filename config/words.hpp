#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace ropewalk::config {

/// What an operator writes for each value of an enumeration: `words<Cipher>`.
template <class Enum>
struct Word {
    std::string_view text;
    Enum value;
};

template <class Enum>
inline constexpr std::array<Word<Enum>, 0> words{};

template <class Enum>
std::optional<Enum> parse_word(std::string_view text) {
    for (const auto& word : words<Enum>) {
        if (word.text == text) return word.value;
    }
    return std::nullopt;
}

template <class Enum>
std::string_view word_of(Enum value) {
    for (const auto& word : words<Enum>) {
        if (word.value == value) return word.text;
    }
    return "?";
}

/// `aes-256-gcm, aes-128-gcm`
template <class Enum>
std::string all_words() {
    std::string text;
    for (const auto& word : words<Enum>) text.append(text.empty() ? "" : ", ").append(word.text);
    return text;
}

}  // namespace ropewalk::config
