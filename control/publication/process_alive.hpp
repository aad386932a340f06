#pragma once

#include <cstdint>

namespace ropewalk::control::publication {

/// Whether a process of that number runs; one that ended but was not yet waited for does not.
bool is_process_alive(std::uint64_t pid);

}  // namespace ropewalk::control::publication
