#include "tests/sim/trace.hpp"

#include <cstdio>
#include <functional>

#include <fmt/format.h>

namespace ropewalk::tests::sim {

void Trace::note(Time now, Side side, std::string_view what, std::uint64_t a, std::uint64_t b, std::uint64_t c) {
    ++events_;
    mix(now);
    mix(index_of(side));
    mix(std::hash<std::string_view>()(what));
    mix(a);
    mix(b);
    mix(c);
    if (prints())
        fmt::print("{:11.6f}  {:4}  {:44} {:>20} {:>6} {:>6}\n", static_cast<double>(now) / second, name_of(side), what,
                   a, b, c);
}

void Trace::say(Time now, std::string_view line) const {
    if (prints()) fmt::print("{:11.6f}  ----  {}\n", static_cast<double>(now) / second, line);
}

}  // namespace ropewalk::tests::sim
