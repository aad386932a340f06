#pragma once

#include <cstdint>
#include <string>

#include "tests/lab/wanem/line.hpp"

namespace ropewalk::tests::lab::wanem {

/// What is told of a run beside what happened on the line.
struct RunFacts {
    std::uint64_t seed = 0;
    Duration wall{};
    Duration cpu{};
};

/// One line of JSON.
std::string report(Line& line, const RunFacts& facts);

}  // namespace ropewalk::tests::lab::wanem
