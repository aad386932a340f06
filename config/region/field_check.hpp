#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "config/result.hpp"

namespace ropewalk::config::region {

/// Walks over the fields of a snapshot and keeps the first one that is wrong. Every check returns whether it held,
/// for checks that build on it; after the first failure the error stays as it is.
class FieldCheck {
public:
    /// The record to which the fields named from now on belong, `paths` and 3 for `paths[3].mtu`.
    void enter(std::string_view table, std::size_t index) {
        table_ = table;
        index_ = index;
        in_table_ = true;
    }
    void enter_header() {
        table_ = "header";
        in_table_ = false;
    }

    bool demand(bool holds, std::string_view field, std::string_view found, std::string_view allowed);
    bool equal(std::string_view field, std::uint64_t found, std::uint64_t allowed);
    bool between(std::string_view field, std::uint64_t found, std::uint64_t low, std::uint64_t high);
    bool zero(std::string_view field, std::span<const std::uint8_t> bytes);
    /// A text of printable ASCII, NUL to the end of the field, of one to `longest` characters and without blanks.
    bool name(std::string_view field, std::span<const char> text, std::size_t longest);
    /// The same, but it may be empty and hold blanks, and newlines as separators.
    bool text(std::string_view field, std::span<const char> text);

    template <class Enum>
    bool one_of(std::string_view field, Enum found, Enum last) {
        return between(field, static_cast<std::uint64_t>(found), 1, static_cast<std::uint64_t>(last));
    }

    bool failed() const { return !error_.empty(); }
    Result<void> outcome() const { return failed() ? Result<void>(fail(error_)) : Result<void>(); }

private:
    std::string_view table_;
    std::size_t index_ = 0;
    bool in_table_ = false;
    std::string error_;
};

}  // namespace ropewalk::config::region
