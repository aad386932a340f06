#pragma once

#include <array>
#include <span>
#include <string_view>

#include "config/result.hpp"

namespace ropewalk::dataplane::launcher {

/// The levels of the x86-64 psABI that the packet path is compiled for, the best first.
inline constexpr std::array<std::string_view, 3> levels{"x86-64-v4", "x86-64-v3", "x86-64-v2"};

/// The environment variable that asks for one of them.
inline constexpr const char* asked_by = "ROPEWALK_MARCH";

/// The one to run among those that this processor and its kernel have, best first: the best when `asked` is empty.
Result<std::string_view> choose_level(std::string_view asked, std::span<const std::string_view> available);

}  // namespace ropewalk::dataplane::launcher
