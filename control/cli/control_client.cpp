#include "control/cli/control_client.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "config/region/file_descriptor.hpp"
#include "control/commands/command_server.hpp"

namespace ropewalk::control::cli {

using config::region::FileDescriptor;
using Clock = std::chrono::steady_clock;

namespace {

tl::unexpected<Error> refuse(const std::string& gateway, const std::string& path, int error) {
    if (error == ENOENT || error == ECONNREFUSED)
        return fail(
            fmt::format("ropewalk-control of gateway '{}' is not running (nobody listens on {}); start it: "
                        "ropewalk-control --config FILE",
                        gateway, path));
    if (error == EACCES || error == EPERM) return fail(fmt::format("{} is for root only: sudo ropewalk ...", path));
    return fail(fmt::format("cannot speak with ropewalk-control by {}: {}", path, std::strerror(error)));
}

/// The first line that comes before the deadline.
Result<std::string> read_line(const FileDescriptor& socket, const std::string& gateway, const std::string& path,
                              Clock::time_point deadline) {
    std::string text;
    while (text.find('\n') == std::string::npos) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd readable{socket.number(), POLLIN, 0};
        if (left <= 0 || ::poll(&readable, 1, static_cast<int>(left)) == 0)
            return fail(
                fmt::format("ropewalk-control of gateway '{}' does not answer; is it stopped or overloaded?", gateway));
        std::array<char, 65536> part;
        const ssize_t size = ::recv(socket.number(), part.data(), part.size(), 0);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return refuse(gateway, path, errno);
        if (size == 0)
            return fail(
                fmt::format("ropewalk-control of gateway '{}' ended before it answered; its log says why", gateway));
        text.append(part.data(), static_cast<std::size_t>(size));
    }
    return text.substr(0, text.find('\n'));
}

}  // namespace

Result<nlohmann::json> ask_control(const std::string& gateway, const nlohmann::json& request, int patience_ms) {
    const auto deadline = Clock::now() + std::chrono::milliseconds(patience_ms);
    const std::string path = commands::command_socket_path(gateway);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return refuse(gateway, path, ENAMETOOLONG);
    std::memcpy(address.sun_path, path.data(), path.size());
    const FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    // A control that is stopped takes no connections, and connect(2) would wait for it.
    const timeval patience{patience_ms / 1000, patience_ms % 1000 * 1000};
    ::setsockopt(socket.number(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (!socket || ::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return refuse(gateway, path, errno);
    const std::string line = request.dump() + "\n";
    if (::send(socket.number(), line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size()))
        return refuse(gateway, path, errno);
    const auto answer = read_line(socket, gateway, path, deadline);
    if (!answer) return tl::make_unexpected(answer.error());
    auto json = nlohmann::json::parse(*answer, nullptr, false);
    if (!json.is_object())
        return fail(fmt::format("ropewalk-control of gateway '{}' answered with something else than JSON", gateway));
    return json;
}

int ask_and_print(const Result<std::string>& gateway, const nlohmann::json& request, int patience_ms) {
    const auto answer = gateway ? ask_control(*gateway, request, patience_ms)
                                : Result<nlohmann::json>(tl::make_unexpected(gateway.error()));
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
