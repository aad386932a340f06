#include "config/schema/units.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <span>

namespace ropewalk::config::schema {
namespace {

struct Unit {
    std::string_view text;
    std::uint64_t factor;
};

// Each from small to large.
constexpr auto byte_units = std::to_array<Unit>({{"B", 1},
                                                 {"kB", 1'000},
                                                 {"KiB", 1ULL << 10},
                                                 {"MB", 1'000'000},
                                                 {"MiB", 1ULL << 20},
                                                 {"GB", 1'000'000'000},
                                                 {"GiB", 1ULL << 30}});
constexpr auto rate_units =
    std::to_array<Unit>({{"bit", 1}, {"kbit", 1'000}, {"mbit", 1'000'000}, {"gbit", 1'000'000'000}});
constexpr auto time_units = std::to_array<Unit>({{"ns", 1}, {"us", 1'000}, {"ms", 1'000'000}, {"s", 1'000'000'000}});

using Wide = unsigned __int128;

/// `1.5gbit` is 15 x 10^9 / 10: exact, without floating point.
std::optional<std::uint64_t> parse_quantity(std::string_view text, std::span<const Unit> units) {
    constexpr std::size_t most_digits = 19;
    Wide value = 0, divisor = 1;
    std::size_t at = 0, digits = 0;
    bool after_point = false;
    for (; at < text.size() && ((text[at] >= '0' && text[at] <= '9') || (text[at] == '.' && !after_point)); ++at) {
        if (text[at] == '.') {
            after_point = true;
            if (digits == 0) return std::nullopt;
            continue;
        }
        if (++digits > most_digits) return std::nullopt;
        value = value * 10 + static_cast<unsigned>(text[at] - '0');
        if (after_point) divisor *= 10;
    }
    if (digits == 0 || text[at - 1] == '.') return std::nullopt;
    const auto unit = std::ranges::find(units, text.substr(at), &Unit::text);
    if (unit == units.end()) return std::nullopt;
    const Wide product = value * unit->factor;
    if (product % divisor != 0 || product / divisor > std::numeric_limits<std::uint64_t>::max()) return std::nullopt;
    return static_cast<std::uint64_t>(product / divisor);
}

std::string print_quantity(std::uint64_t value, std::span<const Unit> units) {
    Unit best = units.front();
    for (const Unit& unit : units) {
        if (value != 0 && value % unit.factor == 0) best = unit;
    }
    return std::to_string(value / best.factor).append(best.text);
}

}  // namespace

std::optional<Bytes> parse_bytes(std::string_view text) {
    const auto count = parse_quantity(text, byte_units);
    return count ? std::optional(Bytes{*count}) : std::nullopt;
}

std::optional<BitsPerSecond> parse_rate(std::string_view text) {
    const auto count = parse_quantity(text, rate_units);
    return count ? std::optional(BitsPerSecond{*count}) : std::nullopt;
}

std::optional<Duration> parse_duration(std::string_view text) {
    const auto count = parse_quantity(text, time_units);
    if (!count || *count > static_cast<std::uint64_t>(Duration::max().count())) return std::nullopt;
    return Duration(static_cast<Duration::rep>(*count));
}

std::string to_string(Bytes size) {
    return print_quantity(size.count, byte_units);
}
std::string to_string(BitsPerSecond rate) {
    return print_quantity(rate.count, rate_units);
}
std::string to_string(Duration span) {
    return print_quantity(static_cast<std::uint64_t>(span.count()), time_units);
}

}  // namespace ropewalk::config::schema
