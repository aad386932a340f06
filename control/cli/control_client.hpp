#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "config/result.hpp"

namespace ropewalk::control::cli {

/// Asks a gateway's control by its socket and waits for the answer, but not longer than that.
Result<nlohmann::json> ask_control(const std::string& gateway, const nlohmann::json& request, int patience_ms);

/// Asks, and prints the lines of the answer, or why there is none. Returns the exit status: 0 when control did it.
int ask_and_print(const Result<std::string>& gateway, const nlohmann::json& request, int patience_ms);

}  // namespace ropewalk::control::cli
