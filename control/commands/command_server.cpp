#include "control/commands/command_server.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "config/region/instance_lock.hpp"

namespace ropewalk::control::commands {

using config::region::FileDescriptor;

namespace {

constexpr std::size_t most_clients = 32;

std::uint64_t inode_of(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

tl::unexpected<Error> refuse(const std::string& path) {
    return fail(fmt::format("cannot listen on {}: {}; `ropewalk reload` and the peers in `ropewalk show` need it", path,
                            std::strerror(errno)));
}

}  // namespace

std::string command_socket_path(const std::string& gateway) {
    return fmt::format("{}/{}.sock", config::region::runtime_dir, gateway);
}

CommandServer::CommandServer(EventLoop& loop, std::string gateway, OnLine on_line)
    : loop_(loop), path_(command_socket_path(gateway)), on_line_(std::move(on_line)) {}

CommandServer::~CommandServer() {
    while (!clients_.empty()) drop(clients_.begin()->first);
    if (!listener_) return;
    loop_.forget(listener_.number());
    if (inode_of(path_) == listener_inode_) ::unlink(path_.c_str());
}

Result<void> CommandServer::listen() {
    if (listener_ && inode_of(path_) == listener_inode_) return {};
    if (listener_) loop_.forget(listener_.number());
    listener_ = FileDescriptor();

    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path_.size() >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return refuse(path_);
    }
    std::memcpy(address.sun_path, path_.data(), path_.size());
    FileDescriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!listener) return refuse(path_);
    if (auto made = config::region::make_runtime_dir(); !made) return made;
    ::unlink(path_.c_str());
    // The mode of the socket's descriptor becomes that of its name, so nobody else can come in between.
    if (::fchmod(listener.number(), S_IRUSR | S_IWUSR) != 0 ||
        ::bind(listener.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::chmod(path_.c_str(), S_IRUSR | S_IWUSR) != 0 ||
        ::listen(listener.number(), static_cast<int>(most_clients)) != 0)
        return refuse(path_);
    listener_ = std::move(listener);
    listener_inode_ = inode_of(path_);
    loop_.watch(listener_.number(), EPOLLIN, [this](std::uint32_t) { accept(); });
    return {};
}

void CommandServer::accept() {
    FileDescriptor socket(::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket) return;
    // Whoever holds connections open and says nothing loses them to those who come after.
    if (clients_.size() >= most_clients) drop(clients_.begin()->first);
    const ClientId id = next_client_++;
    const int number = socket.number();
    clients_.emplace(id, Client{std::move(socket), {}, {}});
    loop_.watch(number, EPOLLIN, [this, id](std::uint32_t events) { on_client(id, events); });
}

void CommandServer::on_client(ClientId id, std::uint32_t events) {
    if ((events & EPOLLOUT) != 0) reply(id, {});
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0 && !read_lines(id)) drop(id);
}

bool CommandServer::read_lines(ClientId id) {
    const auto found = clients_.find(id);
    if (found == clients_.end()) return false;
    std::array<char, 4096> bytes;
    const ssize_t size = ::recv(found->second.socket.number(), bytes.data(), bytes.size(), 0);
    if (size < 0) return errno == EAGAIN || errno == EINTR;
    if (size == 0) return false;
    found->second.input.append({bytes.data(), static_cast<std::size_t>(size)});
    for (;;) {
        // Looked up again each time: an answer may have dropped the client.
        const auto client = clients_.find(id);
        if (client == clients_.end()) return false;
        const auto line = client->second.input.next();
        if (!line) return !client->second.input.is_overlong();
        on_line_(id, *line);
    }
}

void CommandServer::reply(ClientId id, const std::string& line) {
    const auto found = clients_.find(id);
    if (found == clients_.end()) return;
    Client& client = found->second;
    if (!line.empty()) client.output += line + "\n";
    const ssize_t sent = ::send(client.socket.number(), client.output.data(), client.output.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return drop(id);
    if (sent > 0) client.output.erase(0, static_cast<std::size_t>(sent));
    loop_.change(client.socket.number(), client.output.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT);
}

void CommandServer::drop(ClientId id) {
    const auto found = clients_.find(id);
    if (found == clients_.end()) return;
    loop_.forget(found->second.socket.number());
    clients_.erase(found);
}

}  // namespace ropewalk::control::commands
