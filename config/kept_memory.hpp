#pragma once

#include <string>
#include <vector>

namespace ropewalk::config {

/// Keeps what stands in this process's memory from disks, for as long as it runs: it leaves no core file, and no page
/// of it goes to a swap device. Gives back what could not be done, a sentence each.
std::vector<std::string> keep_memory_from_disks();

}  // namespace ropewalk::config
