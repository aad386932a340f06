#pragma once

#include <string>
#include <vector>

#include "perf/core/measurement.hpp"

namespace ropewalk::perf::core {

/// What the program knows of itself and where it ran.
struct Build {
    std::string march;
    std::string memory;
    unsigned cpu;
};

/// {"machine": {...}, "rows": [...]}: see docs/performance/method.md. Numbers in TSC cycles per packet of the inside.
std::string report_as_json(const Build& build, const Plan& plan, const std::vector<Row>& rows);

}  // namespace ropewalk::perf::core
