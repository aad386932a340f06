#pragma once

#include <string>
#include <vector>

#include "perf/linerate/measurement.hpp"

namespace ropewalk::perf::linerate {

/// The whole output of ropewalk-perf: machine and one row a size.
std::string report_as_json(const Options& options, const Topology& topology, const std::string& memory,
                           const std::vector<Row>& rows);

}  // namespace ropewalk::perf::linerate
