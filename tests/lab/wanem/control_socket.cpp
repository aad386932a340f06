#include "tests/lab/wanem/control_socket.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace ropewalk::tests::lab::wanem {

using config::region::FileDescriptor;

namespace {

constexpr std::size_t most_clients = 16, longest_line = 64U << 10;

tl::unexpected<Error> refuse(const std::string& path, const char* reason) {
    return fail(fmt::format("cannot listen on '{}': {}", path, reason));
}

bool connects(const sockaddr_un& address) {
    const FileDescriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    return ::connect(probe.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

Result<ControlSocket> ControlSocket::listen(const std::string& path, Answer answer) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return refuse(path, "a path of a socket has up to 107 characters");
    path.copy(address.sun_path, path.size());
    if (connects(address)) return refuse(path, "somebody listens there already");
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0 && !S_ISSOCK(status.st_mode))
        return refuse(path, "something else stands there");
    ::unlink(path.c_str());
    FileDescriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!listener || ::fchmod(listener.number(), S_IRUSR | S_IWUSR) != 0 ||
        ::bind(listener.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener.number(), static_cast<int>(most_clients)) != 0) {
        return refuse(path, std::strerror(errno));
    }
    return ControlSocket(std::move(listener), path, std::move(answer));
}

ControlSocket::~ControlSocket() {
    if (listener_) ::unlink(path_.c_str());
}

void ControlSocket::append_to(std::vector<pollfd>& descriptors) const {
    descriptors.push_back({listener_.number(), POLLIN, 0});
    for (const Client& client : clients_) descriptors.push_back({client.socket.number(), POLLIN, 0});
}

void ControlSocket::serve() {
    FileDescriptor accepted(::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (accepted && clients_.size() < most_clients) clients_.push_back({std::move(accepted), ""});
    clients_.remove_if([this](Client& client) { return is_finished(client); });
}

/// Answers are short and a client reads them; one that does not is let go.
bool ControlSocket::is_finished(Client& client) {
    std::array<char, 4096> part{};
    const ssize_t size = ::read(client.socket.number(), part.data(), part.size());
    if (size < 0) return errno != EAGAIN && errno != EINTR;
    if (size == 0) return true;
    client.input.append(part.data(), static_cast<std::size_t>(size));
    for (std::size_t end = 0; (end = client.input.find('\n')) != std::string::npos;) {
        const std::string reply = answer_(client.input.substr(0, end)) + "\n";
        client.input.erase(0, end + 1);
        const ssize_t sent = ::send(client.socket.number(), reply.data(), reply.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent != static_cast<ssize_t>(reply.size())) return true;
    }
    return client.input.size() > longest_line;
}

}  // namespace ropewalk::tests::lab::wanem
