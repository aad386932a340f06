#include "perf/linerate/rate.hpp"

#include <array>
#include <cctype>
#include <charconv>
#include <limits>
#include <string_view>

#include <fmt/format.h>

namespace ropewalk::perf::linerate {

namespace {

struct Suffix {
    std::string_view text;
    Rate::Unit unit;
    double scale;
};

constexpr std::array suffixes{Suffix{"mpps", Rate::Unit::packets, 1e6},    Suffix{"kpps", Rate::Unit::packets, 1e3},
                              Suffix{"pps", Rate::Unit::packets, 1},       Suffix{"gbit", Rate::Unit::bits, 1e9},
                              Suffix{"mbit", Rate::Unit::bits, 1e6},       Suffix{"kbit", Rate::Unit::bits, 1e3},
                              Suffix{"%", Rate::Unit::share_of_line, 0.01}};

}  // namespace

Result<Rate> Rate::read(const std::string& text) {
    if (text == "max") return Rate{Unit::all, 0};
    double number = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    std::string suffix(rest, text.data() + text.size());
    for (char& letter : suffix) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    for (const Suffix& known : suffixes) {
        if (error != std::errc{} || suffix != known.text || number <= 0) continue;
        if (known.unit == Unit::share_of_line && number > 100) break;
        return Rate{known.unit, number * known.scale};
    }
    return fail(fmt::format(
        "rate '{}': allowed are a number above 0 with pps, kpps, Mpps, kbit, Mbit or Gbit, a share of the line up to "
        "100%, or max",
        text));
}

Result<double> Rate::in_pps(double mean_packet_bytes, std::optional<double> line_bps) const {
    switch (unit) {
        case Unit::packets:
            return amount;
        case Unit::bits:
            return amount / (mean_packet_bytes * 8);
        case Unit::share_of_line:
            if (!line_bps)
                return fail(
                    "a rate in percent needs a line: these ports have no speed of their own; say it in pps or bits");
            return amount * *line_bps / ((mean_packet_bytes + line_overhead_bytes) * 8);
        case Unit::all:
            break;
    }
    return std::numeric_limits<double>::infinity();
}

}  // namespace ropewalk::perf::linerate
