#include "control/cli/reload.hpp"

#include "control/cli/choose_gateway.hpp"
#include "control/cli/control_client.hpp"

namespace ropewalk::control::cli {
namespace {

/// Longer than control itself waits for the dataplane.
constexpr int patience_ms = 10'000;

}  // namespace

int reload(const std::string& gateway) {
    return ask_and_print(choose_gateway(gateway, "ropewalk reload"), {{"command", "reload"}}, patience_ms);
}

}  // namespace ropewalk::control::cli
