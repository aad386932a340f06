#include "control/metrics/http_server.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include <fmt/format.h>

#include "config/region/clocks.hpp"
#include "config/region/file_descriptor.hpp"

namespace ropewalk::control::metrics {

using config::region::FileDescriptor;
using config::schema::Endpoint;

namespace {

constexpr int backlog = 64;

socklen_t socket_address(const Endpoint& at, sockaddr_storage& storage) {
    storage = {};
    if (at.address.family == config::Family::ipv4) {
        auto& address = reinterpret_cast<sockaddr_in&>(storage);
        address.sin_family = AF_INET;
        address.sin_port = htons(at.udp_port);
        std::memcpy(&address.sin_addr, at.address.bytes.data(), sizeof address.sin_addr);
        return sizeof address;
    }
    auto& address = reinterpret_cast<sockaddr_in6&>(storage);
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(at.udp_port);
    std::memcpy(&address.sin6_addr, at.address.bytes.data(), sizeof address.sin6_addr);
    return sizeof address;
}

std::string advice(int error, const Endpoint& at) {
    switch (error) {
        case EADDRINUSE:
            return fmt::format(
                "another program listens there (ss -ltnp 'sport = :{}' names it): end it, or give "
                "metrics.listen another port",
                at.udp_port);
        case EADDRNOTAVAIL:
            return "no interface has that address: add it, or give metrics.listen one of this machine";
        default:
            return fmt::format("{}; give metrics.listen another address", std::strerror(error));
    }
}

Result<FileDescriptor> listening_socket(const Endpoint& at) {
    sockaddr_storage storage;
    const socklen_t size = socket_address(at, storage);
    FileDescriptor socket(::socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int on = 1;
    // A former control's connections may still be in TIME_WAIT.
    const bool listens = socket && ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                         (storage.ss_family == AF_INET ||
                          ::setsockopt(socket.number(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0) &&
                         ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&storage), size) == 0 &&
                         ::listen(socket.number(), backlog) == 0;
    if (!listens) return fail(fmt::format("metrics cannot be served on {}: {}", to_string(at), advice(errno, at)));
    return socket;
}

/// As a simple request must get it (OpenMetrics 1.0), unless the client knows the older text only.
Format wanted_format(const char* accept) {
    const std::string_view kinds = accept == nullptr ? "" : accept;
    const auto names = [&](std::string_view kind) { return kinds.find(kind) != std::string_view::npos; };
    return names("text/plain") && !names("application/openmetrics-text") ? Format::prometheus : Format::open_metrics;
}

MHD_Result send_sentence(MHD_Connection* connection, unsigned status, std::string text) {
    MHD_Response* const response = MHD_create_response_from_buffer(text.size(), text.data(), MHD_RESPMEM_MUST_COPY);
    if (response == nullptr) return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/plain; charset=utf-8");
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED) MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    const MHD_Result queued = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return queued;
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::listen(const Endpoint& at, Render render) {
    auto socket = listening_socket(at);
    if (!socket) return tl::make_unexpected(socket.error());
    std::unique_ptr<HttpServer> server(new HttpServer(std::move(render)));
    server->daemon_ = MHD_start_daemon(
        MHD_USE_EPOLL, 0, nullptr, nullptr, &HttpServer::on_request, server.get(), MHD_OPTION_LISTEN_SOCKET,
        socket->number(), MHD_OPTION_CONNECTION_LIMIT, most_connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        most_connection_bytes, MHD_OPTION_NOTIFY_CONNECTION, &HttpServer::on_connection, server.get(), MHD_OPTION_END);
    if (server->daemon_ == nullptr)
        return fail(fmt::format("metrics cannot be served on {}: libmicrohttpd does not start", to_string(at)));
    socket->release();
    return server;
}

HttpServer::~HttpServer() {
    if (daemon_ != nullptr) MHD_stop_daemon(daemon_);
    for (const Page& page : pages_)
        if (page.response != nullptr) MHD_destroy_response(page.response);
}

int HttpServer::descriptor() const {
    return MHD_get_daemon_info(daemon_, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

int HttpServer::patience_ms(std::uint64_t now_ns) const {
    std::uint64_t wait_ns = 1'000'000'000;
    for (const auto& [connection, state] : connections_)
        wait_ns = std::min(wait_ns, state.deadline_ns - std::min(now_ns, state.deadline_ns));
    MHD_UNSIGNED_LONG_LONG theirs_ms = 0;
    if (MHD_get_timeout(daemon_, &theirs_ms) == MHD_YES)
        wait_ns = std::min<std::uint64_t>(wait_ns, std::uint64_t{theirs_ms} * 1'000'000);
    return static_cast<int>((wait_ns + 999'999) / 1'000'000);
}

void HttpServer::run(std::uint64_t now_ns) {
    now_ns_ = now_ns;
    for (const auto& [connection, state] : connections_)
        if (now_ns >= state.deadline_ns) ::shutdown(state.socket, SHUT_RDWR);
    MHD_run(daemon_);
}

void HttpServer::on_connection(void* self, MHD_Connection* connection, void**, MHD_ConnectionNotificationCode what) {
    auto& server = *static_cast<HttpServer*>(self);
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        server.connections_.erase(connection);
        return;
    }
    server.make_room();
    const int socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    server.connections_[connection] = {socket, ++server.accepted_, server.now_ns_ + request_patience_ns};
}

/// The library takes no more connections than its limit: so that it never gets there, those that wait longest end.
void HttpServer::make_room() {
    if (connections_.size() + 1 < most_connections) return;
    const auto age = [](const auto& one) { return std::pair(one.second.is_answered, one.second.number); };
    const auto oldest = std::ranges::min_element(connections_, {}, age);
    ::shutdown(oldest->second.socket, SHUT_RDWR);
}

MHD_Result HttpServer::on_request(void* self, MHD_Connection* connection, const char* url, const char* method,
                                  const char*, const char*, std::size_t*, void**) {
    return static_cast<HttpServer*>(self)->answer(connection, url, method);
}

MHD_Result HttpServer::answer(MHD_Connection* connection, std::string_view url, std::string_view method) {
    Connection& state = connections_.at(connection);
    if (!state.is_answered) state.deadline_ns = now_ns_ + answer_patience_ns;
    state.is_answered = true;
    if (method != MHD_HTTP_METHOD_GET && method != MHD_HTTP_METHOD_HEAD)
        return send_sentence(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD are allowed\n");
    if (url != "/metrics") return send_sentence(connection, MHD_HTTP_NOT_FOUND, "metrics are at /metrics\n");
    MHD_Response* const response =
        page(wanted_format(MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT)));
    return response == nullptr ? MHD_NO : MHD_queue_response(connection, MHD_HTTP_OK, response);
}

/// Clients that are slow to take a page share it with those that get it now.
MHD_Response* HttpServer::page(Format format) {
    Page& kept = pages_[static_cast<std::size_t>(format)];
    if (kept.response != nullptr && now_ns_ < kept.until_ns) return kept.response;
    if (kept.response != nullptr) MHD_destroy_response(kept.response);
    std::string text = render_(format);
    kept = {MHD_create_response_from_buffer(text.size(), text.data(), MHD_RESPMEM_MUST_COPY), now_ns_ + page_life_ns};
    if (kept.response == nullptr) return nullptr;
    MHD_add_response_header(kept.response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type_of(format));
    MHD_add_response_header(kept.response, MHD_HTTP_HEADER_CONNECTION, "close");
    return kept.response;
}

}  // namespace ropewalk::control::metrics
