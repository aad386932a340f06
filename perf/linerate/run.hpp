#pragma once

#include <string>

#include "config/result.hpp"
#include "perf/linerate/options.hpp"

namespace ropewalk::perf::linerate {

/// Everything ropewalk-perf does, once a process: starts EAL, measures every size, returns the report as JSON.
Result<std::string> run(const Options& options);

}  // namespace ropewalk::perf::linerate
