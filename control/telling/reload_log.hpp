#pragma once

#include <vector>

#include "control/reload/reload_report.hpp"
#include "control/telling/log_line.hpp"

namespace ropewalk::control::telling {

/// What the log says of a reload that has ended.
std::vector<LogLine> reload_log(const reload::ReloadReport& report);

}  // namespace ropewalk::control::telling
