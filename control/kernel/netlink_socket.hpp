#pragma once

#include <libmnl/libmnl.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "config/result.hpp"

namespace ropewalk::control::kernel {

/// One rtnetlink socket (rtnetlink(7)). Requests are answered by the kernel at once, so waiting for the answer does not
/// hold up the event loop.
class NetlinkSocket {
public:
    using OnMessage = std::function<void(const nlmsghdr&)>;

    /// For requests.
    static Result<NetlinkSocket> open();

    /// For what the kernel tells on its own: links, addresses, neighbours, routes and rules that change. Non-blocking.
    static Result<NetlinkSocket> open_monitor();

    int number() const { return mnl_socket_get_fd(socket_.get()); }

    /// Sends a request and hands on every message of the answer. Returns 0 or the kernel's errno value.
    int request(nlmsghdr& message, const OnMessage& on_message = {});

    enum class Heard : std::uint8_t {
        nothing,
        messages,
        overflow,  ///< the kernel told more than we had room for: anything may have changed
    };

    /// Monitor: hands on what has come in.
    Heard drain(const OnMessage& on_message);

private:
    explicit NetlinkSocket(mnl_socket* socket) : socket_(socket, mnl_socket_close) {}

    std::unique_ptr<mnl_socket, int (*)(mnl_socket*)> socket_;
    std::uint32_t sequence_ = 0;
};

}  // namespace ropewalk::control::kernel
