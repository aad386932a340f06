#include "control/cli/path.hpp"

#include <fmt/format.h>

#include "control/cli/choose_gateway.hpp"
#include "control/cli/control_client.hpp"

namespace ropewalk::control::cli {
namespace {

constexpr int answer_patience_ms = 3'000;

}  // namespace

int ask_path(paths::PathWish wish, const std::string& path, const std::string& gateway) {
    const char* const word = wish == paths::PathWish::drain ? "drain" : "use";
    return ask_and_print(choose_gateway(gateway, fmt::format("ropewalk path {} {}", word, path)),
                         {{"command", fmt::format("{} path", word)}, {"path", path}}, answer_patience_ms);
}

}  // namespace ropewalk::control::cli
