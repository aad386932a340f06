#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "config/schema/gateway.hpp"
#include "control/kernel/interface_address.hpp"
#include "control/kernel/link.hpp"
#include "control/kernel/route.hpp"

namespace ropewalk::control::kernel {

/// A route into a tunnel.
struct InsideRoute {
    config::schema::Prefix destination;
    std::uint16_t mtu = 0;  ///< bytes; 0: the interface's
    /// Of the gateway's own packets: the first inside address of the family, so that the peer knows it for ours.
    std::optional<config::schema::IpAddress> source;
    auto operator<=>(const InsideRoute&) const = default;
};

/// How the inside interface has to be.
struct InsideWanted {
    std::uint16_t mtu = 0;  ///< bytes
    std::vector<config::schema::Prefix> addresses;
    std::vector<InsideRoute> routes;
};

/// inside.mtu, or the smallest inner MTU of all tunnels; a tunnel that carries less has it on its routes.
InsideWanted inside_wanted(const config::schema::Gateway& gateway);

/// How it is.
struct InsideFound {
    Link link;
    std::vector<InterfaceAddress> addresses;
    std::vector<Route> our_routes;
};

/// The MTU is ours to set when the interface appears and on a reload; after that an operator may have changed it.
enum class MtuCare : std::uint8_t { set, leave };

/// What has to be done, in this order.
struct InsidePlan {
    bool stop_own_ipv6_address = false;
    std::optional<std::uint16_t> mtu;
    bool set_up = false;
    std::vector<config::schema::Prefix> add_addresses;
    std::vector<InsideRoute> add_routes;
    std::vector<InsideRoute> replace_routes;  ///< ours, with another MTU or source
    std::vector<config::schema::Prefix> remove_routes;
    std::vector<config::schema::Prefix> remove_addresses;
    bool is_empty() const;
};

/// Pure. Removes only what is ours, and the link-local addresses that the kernel made before it was told not to;
/// `set_before` are addresses that we set, for kernels that do not keep our mark (before Linux 5.18).
InsidePlan plan_inside(const InsideWanted& wanted, const InsideFound& found, MtuCare mtu_care,
                       const std::vector<config::schema::Prefix>& set_before);

}  // namespace ropewalk::control::kernel
