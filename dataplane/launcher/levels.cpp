#include "dataplane/launcher/levels.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ropewalk::dataplane::launcher {

Result<std::string_view> choose_level(std::string_view asked, std::span<const std::string_view> available) {
    if (available.empty())
        return fail(fmt::format("this processor has not even {} (SSE4.2 and POPCNT), which is the least it takes",
                                levels.back()));
    if (asked.empty()) return available.front();
    if (std::ranges::find(levels, asked) == levels.end())
        return fail(fmt::format("{} is '{}'; it may be one of {}, or unset for the best that this processor has",
                                asked_by, asked, fmt::join(levels, ", ")));
    const auto found = std::ranges::find(available, asked);
    if (found == available.end())
        return fail(fmt::format("{} asks for {}, which this processor has not; it has {}, or unset {} for the best",
                                asked_by, asked, fmt::join(available, ", "), asked_by));
    return *found;
}

}  // namespace ropewalk::dataplane::launcher
