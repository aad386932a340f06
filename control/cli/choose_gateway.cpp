#include "control/cli/choose_gateway.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "control/cli/sample.hpp"

namespace ropewalk::control::cli {

Result<std::string> choose_gateway(const std::string& named, const std::string& command) {
    if (!named.empty()) return named;
    const auto names = find_gateways();
    if (names.size() == 1) return names[0];
    if (names.empty()) return fail("no gateway on this machine; start one: ropewalk-control --config FILE");
    return fail(fmt::format("several gateways on this machine ({}); say which: {} --gateway {}", fmt::join(names, ", "),
                            command, names[0]));
}

}  // namespace ropewalk::control::cli
