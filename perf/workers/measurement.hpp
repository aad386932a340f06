#pragma once

#include <string>

#include "config/result.hpp"

namespace ropewalk::perf::workers {

struct Plan {
    unsigned first_cpu = 0, second_cpu = 1;
    unsigned runs = 11;  ///< times that everything is measured
};

/// {"machine": {...}, "rows": [...], "parts": {...}}: see docs/performance/method.md.
Result<std::string> measure_all(const Plan& plan);

}  // namespace ropewalk::perf::workers
