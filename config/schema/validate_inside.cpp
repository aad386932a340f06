#include <set>
#include <string>

#include <fmt/format.h>

#include "config/codes.hpp"
#include "config/region/limits.hpp"
#include "config/schema/validate.hpp"
#include "config/schema/wording.hpp"

namespace ropewalk::config::schema {
namespace {

/// A port of the users' side has a queue pair for each worker, of the worker's number.
void validate_queues(const Port& port, std::uint16_t workers, Notes& notes) {
    bool in_order = port.queues.size() == workers;
    for (std::size_t i = 0; i < port.queues.size() && in_order; ++i) in_order = port.queues[i] == i;
    if (port.queues.empty() || in_order) return;
    notes.problem(fmt::format("ports.{}.queues", shown(port.name)),
                  fmt::format("{} queues on the inside port, for {} workers", port.queues.size(), workers),
                  "a queue for each worker, in their order: 0, 1, ...");
}

void validate_inside_port(const Gateway& gateway, Notes& notes) {
    const Inside& inside = gateway.inside;
    if (!inside.addresses.empty())
        notes.problem("inside.addresses", "addresses beside inside.port",
                      "none: the gateway has no address behind a port, and the users' router has its own");
    if (inside.next_hop)
        validate_station(*inside.next_hop, "inside.next_hop", "the Ethernet address of the users' router", notes);
    const Port* const port = find_port(gateway, inside.port);
    if (port == nullptr) return note_unknown_port(gateway, inside.port, "inside.port", notes);
    if (port->driver != PortDriver::pci && port->driver != PortDriver::memif && port->driver != PortDriver::null)
        notes.problem("inside.port", fmt::format("{}, a port of driver {}", port->name, word_of(port->driver)),
                      "a port of driver pci or memif (null for tests); where the kernel is to carry users' packets, "
                      "say inside.interface");
    if (inside.mtu && inside.mtu->count > port->mtu.count)
        notes.problem("inside.mtu", to_string(*inside.mtu),
                      fmt::format("{} at most, the MTU of port {}", to_string(port->mtu), port->name));
    if (uses_ipv6_inside(gateway) && port->mtu.count < region::min_mtu_ipv6)
        notes.problem(fmt::format("ports.{}.mtu", shown(port->name)), to_string(port->mtu),
                      fmt::format("{}B or more, as IPv6 runs inside", region::min_mtu_ipv6));
    validate_queues(*port, gateway.dataplane.workers, notes);
}

void validate_inside_interface(const Gateway& gateway, Notes& notes) {
    const Inside& inside = gateway.inside;
    for (const Port& port : gateway.ports) {
        const bool is_interface =
            port.driver == PortDriver::af_packet || port.driver == PortDriver::af_xdp || port.driver == PortDriver::tap;
        if (is_interface && port.device == inside.interface) {
            notes.problem("inside.interface", fmt::format("{}, the interface of port {}", inside.interface, port.name),
                          "a name of its own");
        }
    }
}

}  // namespace

void validate_inside(const Gateway& gateway, Notes& notes) {
    const Inside& inside = gateway.inside;
    std::set<IpAddress> seen;
    for (std::size_t i = 0; i < inside.addresses.size(); ++i) {
        const IpAddress& address = inside.addresses[i].address;
        const std::string key = fmt::format("inside.addresses[{}]", i);
        validate_unicast(address, key, notes);
        if (!seen.insert(address).second) {
            notes.problem(key, to_string(address) + " a second time", "each address once");
        }
    }
    if (inside.mtu) {
        const bool ipv6 = uses_ipv6_inside(gateway);
        const std::uint16_t lowest = ipv6 ? region::min_mtu_ipv6 : region::min_mtu;
        if (inside.mtu->count < lowest || inside.mtu->count > region::max_mtu) {
            notes.problem("inside.mtu", in_quotes(to_string(*inside.mtu)),
                          fmt::format("{}B to {}B{}", lowest, region::max_mtu, ipv6 ? ", as IPv6 runs inside" : ""));
        }
    }
    inside.port.empty() ? validate_inside_interface(gateway, notes) : validate_inside_port(gateway, notes);
}

}  // namespace ropewalk::config::schema
