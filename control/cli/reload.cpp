#include "control/cli/reload.hpp"

#include <cstdio>

#include <nlohmann/json.hpp>

#include "config/result.hpp"
#include "control/cli/choose_gateway.hpp"
#include "control/cli/control_client.hpp"

namespace ropewalk::control::cli {
namespace {

/// Longer than control itself waits for the dataplane.
constexpr int patience_ms = 10'000;

}  // namespace

int reload(const std::string& gateway) {
    const auto name = choose_gateway(gateway, "ropewalk reload");
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
