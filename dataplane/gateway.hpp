#pragma once

#include <cstdint>
#include <string>

#include "config/result.hpp"

namespace ropewalk::dataplane {

enum class Ending : std::uint8_t {
    stopped,
    /// What was read at the start is no longer what control publishes, and nothing ran on it yet: in a new process, for
    /// the EAL can be started once only.
    to_begin_again,
};

/// The whole life of a dataplane: wait for control's first snapshot, start EAL, ports and workers, keep house until
/// SIGTERM or SIGINT. Fails with one sentence when it cannot start.
Result<Ending> run_gateway(const std::string& name);

}  // namespace ropewalk::dataplane
