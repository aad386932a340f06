#include "control/commands/request.hpp"

#include <nlohmann/json.hpp>

namespace ropewalk::control::commands {

Request read_request(const std::string& line) {
    const auto request = nlohmann::json::parse(line, nullptr, false);
    if (!request.is_object()) return {};
    const auto command = request.find("command");
    if (command == request.end()) return {};
    if (*command == "status") return {Request::Command::status, {}};
    if (*command == "reload") return {Request::Command::reload, {}};
    const auto path = request.find("path");
    if (path == request.end() || !path->is_string()) return {};
    if (*command == "drain path") return {Request::Command::drain_path, path->get<std::string>()};
    if (*command == "use path") return {Request::Command::use_path, path->get<std::string>()};
    return {};
}

}  // namespace ropewalk::control::commands
