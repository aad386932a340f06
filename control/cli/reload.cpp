#include "control/cli/reload.hpp"

#include <cstdio>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "config/result.hpp"
#include "control/cli/control_client.hpp"
#include "control/cli/sample.hpp"

namespace ropewalk::control::cli {
namespace {

/// Longer than control itself waits for the dataplane.
constexpr int patience_ms = 10'000;

Result<std::string> choose_gateway(const std::string& named) {
    if (!named.empty()) return named;
    const auto names = find_gateways();
    if (names.size() == 1) return names[0];
    if (names.empty()) return fail("no gateway on this machine; start one: ropewalk-control --config FILE");
    return fail(fmt::format("several gateways on this machine ({}); say which: ropewalk reload --gateway {}",
                            fmt::join(names, ", "), names[0]));
}

}  // namespace

int reload(const std::string& gateway) {
    const auto name = choose_gateway(gateway);
    const auto answer = name ? ask_control(*name, {{"command", "reload"}}, patience_ms)
                             : Result<nlohmann::json>(tl::make_unexpected(name.error()));
    if (!answer) {
        std::fprintf(stderr, "%s\n", answer.error().message.c_str());
        return 1;
    }
    const bool succeeded = answer->value("ok", false);
    for (const auto& line : answer->value("lines", nlohmann::json::array()))
        std::fprintf(succeeded ? stdout : stderr, "%s\n", line.is_string() ? line.get<std::string>().c_str() : "?");
    return succeeded ? 0 : 1;
}

}  // namespace ropewalk::control::cli
