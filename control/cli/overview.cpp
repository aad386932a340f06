#include "control/cli/overview.hpp"

#include <cstdio>

#include "control/cli/show.hpp"

namespace ropewalk::control::cli {
namespace {

constexpr const char* first_steps =
    "no gateway on this machine yet: write its YAML, make a key for each tunnel (ropewalk genkey KEYFILE), then\n"
    "  ropewalk check FILE; ropewalk-control --config FILE & ropewalk-dataplane NAME &\n"
    "ropewalk --help lists all commands\n";

}  // namespace

int overview() {
    if (!find_gateways().empty()) return show({});
    std::fputs(first_steps, stdout);
    return 0;
}

}  // namespace ropewalk::control::cli
