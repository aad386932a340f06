#include "control/cli/version.hpp"

#include <cstdio>

#include "config/region/layout.hpp"
#include "control/version.hpp"

namespace ropewalk::control::cli {

int print_version() {
    std::printf("ropewalk %s (shared memory ABI %u)\n", version_text, config::region::abi_version);
    return 0;
}

}  // namespace ropewalk::control::cli
