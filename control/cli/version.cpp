#include "control/cli/version.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "config/region/layout.hpp"
#include "control/version.hpp"

namespace ropewalk::control::cli {

std::string version_line() {
    return fmt::format("ropewalk {} (shared memory ABI {})", version_text, config::region::abi_version);
}

int print_version() {
    std::printf("%s\n", version_line().c_str());
    return 0;
}

}  // namespace ropewalk::control::cli
