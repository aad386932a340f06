#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "control/kernel/interface_address.hpp"
#include "control/kernel/link.hpp"
#include "control/kernel/neighbour.hpp"
#include "control/kernel/netlink_socket.hpp"
#include "control/kernel/route.hpp"

namespace ropewalk::control::kernel {

/// Questions to the kernel. Answers of a kind that can fail carry its errno value.
class KernelView {
public:
    explicit KernelView(NetlinkSocket& socket) : socket_(socket) {}

    std::optional<Link> link(const std::string& name);
    std::vector<InterfaceAddress> addresses(int interface);
    /// Those in the main table that carry our_protocol and leave by the interface.
    std::vector<Route> our_routes(int interface);
    std::optional<Neighbour> neighbour(int interface, const config::schema::IpAddress& address);
    /// How a packet to `destination` would leave by this interface, from `source` when given.
    tl::expected<Route, int> route_to(const config::schema::IpAddress& destination,
                                      const std::optional<config::schema::IpAddress>& source, int interface);

private:
    void list_routes(std::uint8_t family, int interface, std::vector<Route>& routes);

    NetlinkSocket& socket_;
};

}  // namespace ropewalk::control::kernel
