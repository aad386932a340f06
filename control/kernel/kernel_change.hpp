#pragma once

#include <cstdint>

#include "config/schema/ip_address.hpp"
#include "config/schema/prefix.hpp"
#include "control/kernel/inside_route.hpp"
#include "control/kernel/netlink_socket.hpp"
#include "control/kernel/route.hpp"
#include "control/kernel/rule.hpp"

namespace ropewalk::control::kernel {

/// Changes in the kernel's network configuration; each returns 0 or the kernel's errno value.
class KernelChange {
public:
    explicit KernelChange(NetlinkSocket& socket) : socket_(socket) {}

    int set_up(int interface);
    int set_mtu(int interface, std::uint32_t bytes);
    /// The kernel makes no link-local address on it.
    int stop_own_ipv6_address(int interface);

    /// Marked as ours; IPv6 without duplicate address detection, so it can be used at once.
    int add_address(int interface, const config::schema::Prefix& prefix);
    int remove_address(int interface, const config::schema::Prefix& prefix);

    enum class Existing : std::uint8_t {
        refuse,   ///< fails with EEXIST when there is a route to the same prefix
        replace,  ///< takes its place in one step
    };
    /// By the interface, without gateway, marked as ours. Its source must be an address of this machine.
    int put_route(int interface, const InsideRoute& route, Existing existing);
    int remove_route(const Route& route);

    /// Beside an equal one, if there is one.
    int add_rule(const Rule& rule);
    /// Of equal ones the first.
    int remove_rule(const Rule& rule);

    /// Asks the kernel to find a neighbour's address now, and to keep it known where it can (Linux 5.16).
    int resolve_neighbour(int interface, const config::schema::IpAddress& address);

private:
    NetlinkSocket& socket_;
};

}  // namespace ropewalk::control::kernel
