#include "control/cli/units.hpp"

#include <array>

#include <fmt/format.h>

namespace ropewalk::control::cli {

std::string duration_text(std::uint64_t nanoseconds) {
    const std::uint64_t seconds = nanoseconds / 1'000'000'000;
    if (seconds < 60) return fmt::format("{} s", seconds);
    if (seconds < 3600) return fmt::format("{} m {} s", seconds / 60, seconds % 60);
    if (seconds < 86400) return fmt::format("{} h {} m", seconds / 3600, seconds / 60 % 60);
    return fmt::format("{} d {} h", seconds / 86400, seconds / 3600 % 24);
}

std::string seconds_since(std::uint64_t now_ns, std::uint64_t then_ns) {
    if (then_ns == 0) return "-";
    return fmt::format("{:.1f}", now_ns > then_ns ? static_cast<double>(now_ns - then_ns) / 1e9 : 0.0);
}

std::string bytes_text(std::uint64_t bytes) {
    constexpr std::array units{"B", "kB", "MB", "GB", "TB", "PB"};
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; value >= 999.95 && unit + 1 < units.size(); ++unit) value /= 1000;
    return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, units[unit]);
}

double per_second(std::uint64_t before, std::uint64_t after, std::uint64_t elapsed_ns) {
    if (after < before || elapsed_ns == 0) return 0;
    return static_cast<double>(after - before) * 1e9 / static_cast<double>(elapsed_ns);
}

std::string percent_text(std::uint64_t part, std::uint64_t whole) {
    if (whole == 0) return "-";
    return fmt::format("{:.1f}", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

}  // namespace ropewalk::control::cli
