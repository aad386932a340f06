#include "control/commands/request.hpp"

#include <nlohmann/json.hpp>

namespace ropewalk::control::commands {

Request read_request(const std::string& line) {
    const auto request = nlohmann::json::parse(line, nullptr, false);
    if (!request.is_object()) return Request::unknown;
    const auto command = request.find("command");
    if (command == request.end()) return Request::unknown;
    if (*command == "status") return Request::status;
    if (*command == "reload") return Request::reload;
    return Request::unknown;
}

}  // namespace ropewalk::control::commands
