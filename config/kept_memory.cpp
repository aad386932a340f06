#include "config/kept_memory.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace ropewalk::config {

std::vector<std::string> keep_memory_from_disks() {
    std::vector<std::string> problems;
    // The limit holds for files, the flag also for what the kernel hands to a program by core_pattern.
    const rlimit none{0, 0};
    if (::setrlimit(RLIMIT_CORE, &none) != 0 || ::prctl(PR_SET_DUMPABLE, 0) != 0)
        problems.push_back(fmt::format("a core file of this process would hold keys: {}", std::strerror(errno)));
    // Pages as they come to be used; DPDK reserves far more addresses than it uses.
    if (::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0)
        problems.push_back(
            fmt::format("keys in memory could be written to a swap device: mlockall: {}; give this process "
                        "CAP_IPC_LOCK, or switch swap off or encrypt it",
                        std::strerror(errno)));
    return problems;
}

}  // namespace ropewalk::config
