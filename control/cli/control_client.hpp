#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "config/result.hpp"

namespace ropewalk::control::cli {

/// Asks a gateway's control by its socket and waits for the answer, but not longer than that.
Result<nlohmann::json> ask_control(const std::string& gateway, const nlohmann::json& request, int patience_ms);

}  // namespace ropewalk::control::cli
