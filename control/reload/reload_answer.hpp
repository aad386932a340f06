#pragma once

#include "control/reload/reload_report.hpp"
#include "control/reload/reload_request.hpp"

namespace ropewalk::control::reload {

struct ReloadAnswer {
    Asker asker = 0;
    ReloadReport report;
};

}  // namespace ropewalk::control::reload
