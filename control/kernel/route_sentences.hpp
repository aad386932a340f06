#pragma once

#include <optional>
#include <string>

#include "control/kernel/inside_plan.hpp"
#include "control/kernel/kernel_routing.hpp"

namespace ropewalk::control::kernel {

/// `via 203.0.113.9 dev eth1 metric 100`, as ip-route(8) takes it.
std::string way_of(const Route& route, const KernelRouting& kernel);

/// Each says by which prefix what is taken away, and what to change; of those that are held, that it does not happen.

/// Held: the network of an interface.
std::string network_sentence(const InsideRoute& route, const KernelRouting& kernel, const Route& network);
/// Held: part of such a network, with an address of this machine in it.
std::string own_network_sentence(const InsideRoute& route, const KernelRouting& kernel, const InterfaceAddress& own);
/// Held: one address, which is this machine's. `interface` 0: the inside one.
std::string own_address_sentence(const InsideRoute& route, const KernelRouting& kernel, int interface);
/// Held: a path's router.
std::string router_sentence(const InsideRoute& route, const WanPath& path, const config::schema::IpAddress& router);
/// Held: a route to the same prefix that stands before ours.
std::string other_route_sentence(const InsideRoute& route, const KernelRouting& kernel, const Route& other);
/// Held: another gateway of this machine has wide prefixes.
std::string other_gateway_sentence(const InsideRoute& route, const KernelRouting& kernel, const Route& other);

/// Told: a route to the same prefix that comes behind ours.
std::string waiting_route_sentence(const InsideRoute& route, const KernelRouting& kernel, const Route& other);
/// Told: part of what another route or network has.
std::string part_sentence(const InsideRoute& route, const KernelRouting& kernel, const Route& whole);
/// Told: the far end of a path, whose router is known or not.
std::string peer_sentence(const InsideRoute& route, const WanPath& path,
                          const std::optional<config::schema::IpAddress>& router);
/// Told: a rule of somebody else's that the kernel asks first.
std::string rule_sentence(const InsideRoute& route, const Rule& rule);
/// Told: the wide prefixes of a family and what is exempt from them. Empty when there are none.
std::string wide_sentence(const std::vector<InsideRoute>& routes, const std::vector<Rule>& rules,
                          config::Family family);

}  // namespace ropewalk::control::kernel
