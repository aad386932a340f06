#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "config/schema/gateway.hpp"

/// Values as a reload prints them; empty for one that is absent.
namespace ropewalk::config::schema {

inline std::string text_of(const std::string& value) {
    return value;
}
inline std::string text_of(std::uint64_t value) {
    return std::to_string(value);
}

template <class Value>
requires requires(const Value& value) {
    to_string(value);
}
std::string text_of(const Value& value) {
    return to_string(value);
}

template <class Enum>
requires(words<Enum>.size() > 0) std::string text_of(Enum value) {
    return std::string(word_of(value));
}

inline std::string text_of(const PortRange& range) {
    return fmt::format("{}-{}", range.first, range.last);
}

template <class Value>
std::string text_of(const std::optional<Value>& value) {
    return value ? text_of(*value) : "";
}

template <class Value>
std::string text_of(const std::vector<Value>& values) {
    std::string text;
    for (const Value& value : values) text.append(text.empty() ? "" : ", ").append(text_of(value));
    return text;
}

}  // namespace ropewalk::config::schema
