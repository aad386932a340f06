#pragma once

#include <string>

#include "config/result.hpp"

namespace ropewalk::dataplane {

/// The whole life of a dataplane: wait for control's first snapshot, start EAL, ports and workers, keep house until
/// SIGTERM or SIGINT. Fails with one sentence when it cannot start.
Result<void> run_gateway(const std::string& name);

}  // namespace ropewalk::dataplane
