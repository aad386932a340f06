#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "config/schema/endpoint.hpp"
#include "control/kernel/interface_address.hpp"
#include "control/kernel/link.hpp"
#include "control/kernel/neighbour.hpp"
#include "control/kernel/netlink_socket.hpp"
#include "control/kernel/route.hpp"
#include "control/kernel/rule.hpp"

namespace ropewalk::control::kernel {

/// Questions to the kernel. Answers of a kind that can fail carry its errno value.
class KernelView {
public:
    explicit KernelView(NetlinkSocket& socket) : socket_(socket) {}

    std::optional<Link> link(const std::string& name);
    static constexpr int any_interface = 0;
    std::vector<InterfaceAddress> addresses(int interface);
    /// Those in the main table and in that for wide prefixes that carry our_protocol and leave by the interface.
    std::vector<Route> our_routes(int interface);
    /// Those of a table that leave by the interface.
    std::vector<Route> routes_by(int interface, config::Family family, std::uint32_t table);
    /// All that `is_wanted`, of both families and of every table. The kernel may have a million.
    std::vector<Route> routes(const std::function<bool(const Route&)>& is_wanted);
    /// Of both families, each in the order in which the kernel asks them.
    std::vector<Rule> rules();
    std::optional<Neighbour> neighbour(int interface, const config::schema::IpAddress& address);
    /// How a copy to `peer` would leave by this interface, from the address of `local`, or from none in particular. The
    /// UDP ports are asked with, for rules that go by them.
    enum class Source : std::uint8_t { local, any };
    tl::expected<Route, int> route_of_copies(const config::schema::Endpoint& local,
                                             const config::schema::Endpoint& peer, int interface, Source source);
    /// Bytes that ICMP said packets between two addresses may have; 0: it said nothing. The kernel keeps that with the
    /// route it would choose itself, by no interface and no UDP port in particular, whichever way the packet took.
    std::uint16_t learnt_mtu(const config::schema::IpAddress& local, const config::schema::IpAddress& peer);

private:
    NetlinkSocket& socket_;
};

}  // namespace ropewalk::control::kernel
