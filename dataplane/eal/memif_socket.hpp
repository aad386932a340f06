#pragma once

#include <string>

#include "config/result.hpp"

namespace ropewalk::dataplane::eal {

/// Makes room for a memif server to listen at `path`: one that was killed leaves its socket behind, which the driver
/// would take for a living one. Fails when somebody listens there.
Result<void> free_memif_socket(const std::string& path);

}  // namespace ropewalk::dataplane::eal
