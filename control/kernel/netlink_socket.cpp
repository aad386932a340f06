#include "control/kernel/netlink_socket.hpp"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace ropewalk::control::kernel {
namespace {

/// The largest a kernel sends in one go to a reader that offers this much (netlink(7)).
using Buffer = std::array<char, 32768>;

int hand_on(const nlmsghdr* message, void* data) {
    const auto& on_message = *static_cast<const NetlinkSocket::OnMessage*>(data);
    if (on_message) on_message(*message);
    return MNL_CB_OK;
}

tl::unexpected<Error> refuse() {
    return fail(fmt::format("cannot speak with the kernel by rtnetlink: {}", std::strerror(errno)));
}

}  // namespace

Result<NetlinkSocket> NetlinkSocket::open() {
    NetlinkSocket opened(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC));
    if (!opened.socket_ || mnl_socket_bind(opened.socket_.get(), 0, MNL_SOCKET_AUTOPID) != 0) return refuse();
    // Lets the kernel filter what it lists: a router may have a million routes and we want a handful.
    int yes = 1;
    if (mnl_socket_setsockopt(opened.socket_.get(), NETLINK_GET_STRICT_CHK, &yes, sizeof yes) != 0) return refuse();
    return opened;
}

Result<NetlinkSocket> NetlinkSocket::open_monitor() {
    NetlinkSocket opened(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!opened.socket_ || mnl_socket_bind(opened.socket_.get(), 0, MNL_SOCKET_AUTOPID) != 0) return refuse();
    for (int group : {RTNLGRP_LINK, RTNLGRP_NEIGH, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE,
                      RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE})
        if (mnl_socket_setsockopt(opened.socket_.get(), NETLINK_ADD_MEMBERSHIP, &group, sizeof group) != 0)
            return refuse();
    return opened;
}

int NetlinkSocket::request(nlmsghdr& message, const OnMessage& on_message) {
    message.nlmsg_seq = ++sequence_;
    if (mnl_socket_sendto(socket_.get(), &message, message.nlmsg_len) < 0) return errno;
    alignas(nlmsghdr) Buffer buffer;
    int outcome = MNL_CB_OK;
    while (outcome == MNL_CB_OK) {
        const ssize_t size = mnl_socket_recvfrom(socket_.get(), buffer.data(), buffer.size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return errno;
        // The rest of an answer to an earlier request that we gave up on.
        if (reinterpret_cast<const nlmsghdr*>(buffer.data())->nlmsg_seq != sequence_) continue;
        outcome = mnl_cb_run(buffer.data(), static_cast<std::size_t>(size), sequence_,
                             mnl_socket_get_portid(socket_.get()), hand_on, const_cast<OnMessage*>(&on_message));
    }
    return outcome < 0 ? errno : 0;
}

NetlinkSocket::Heard NetlinkSocket::drain(const OnMessage& on_message) {
    alignas(nlmsghdr) Buffer buffer;
    Heard heard = Heard::nothing;
    for (;;) {
        const ssize_t size = mnl_socket_recvfrom(socket_.get(), buffer.data(), buffer.size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && errno == ENOBUFS) {
            heard = Heard::overflow;
            continue;
        }
        if (size <= 0) return heard;
        if (heard == Heard::nothing) heard = Heard::messages;
        mnl_cb_run(buffer.data(), static_cast<std::size_t>(size), 0, 0, hand_on, const_cast<OnMessage*>(&on_message));
    }
}

}  // namespace ropewalk::control::kernel
