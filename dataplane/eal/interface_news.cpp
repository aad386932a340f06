#include "dataplane/eal/interface_news.hpp"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace ropewalk::dataplane::eal {

namespace {

/// Others wait for the next time, so that nobody can hold us up.
constexpr int most_at_once = 64;

}  // namespace

InterfaceNews::InterfaceNews() : socket_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE)) {
    sockaddr_nl place{};
    place.nl_family = AF_NETLINK;
    place.nl_groups = RTMGRP_LINK;
    if (!socket_ || ::bind(socket_.number(), reinterpret_cast<const sockaddr*>(&place), sizeof place) != 0)
        socket_ = config::region::FileDescriptor();
}

bool InterfaceNews::came() {
    bool came = false;
    std::array<char, 64> beginning;
    for (int i = 0; socket_ && i < most_at_once; ++i) {
        const auto got = ::recv(socket_.number(), beginning.data(), beginning.size(), MSG_DONTWAIT | MSG_TRUNC);
        // Some were lost because too many came.
        const bool overflowed = got < 0 && errno == ENOBUFS;
        if (got < 0 && !overflowed) break;
        came = true;
    }
    return came;
}

}  // namespace ropewalk::dataplane::eal
