#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/schema/gateway.hpp"
#include "control/kernel/inside_route.hpp"
#include "control/kernel/interface_address.hpp"
#include "control/kernel/link.hpp"
#include "control/kernel/route.hpp"
#include "control/kernel/rule.hpp"

namespace ropewalk::control::kernel {

/// A path as the kernel has to do with it.
struct WanPath {
    std::string key;        ///< tunnel/path
    std::string interface;  ///< the kernel's name
    config::schema::IpAddress local, peer;
};

/// How the inside interface has to be.
struct InsideWanted {
    std::uint16_t mtu = 0;  ///< bytes
    std::vector<config::schema::Prefix> addresses;
    std::vector<InsideRoute> routes;
    std::vector<WanPath> paths = {};  ///< those on interfaces of the kernel
    std::vector<Rule> rules = {};     ///< in this order
};

/// A prefix that is wider than the blocks that registries are given (IPv4 /8, IPv6 /12): all traffic, or the halves and
/// quarters of it.
bool is_wide(const config::schema::Prefix& prefix);

/// Inner MTUs as they are now, in bytes, by tunnel name; one that is missing is as configured.
using InnerMtusByName = std::map<std::string, std::uint16_t>;

/// All prefixes with their routes, before the kernel was asked what they would take away, and no rules. A tunnel that
/// carries less than the interface has its inner MTU on its routes, so that one narrow tunnel makes no other narrow.
/// The interface's MTU is inside.mtu; or the smallest inner MTU that is configured, and less where no tunnel carries so
/// much now, but not less than the IP versions inside need.
InsideWanted inside_wanted(const config::schema::Gateway& gateway, const InnerMtusByName& inner_mtus);

/// How it is.
struct InsideFound {
    Link link;
    std::vector<InterfaceAddress> addresses;
    std::vector<Route> our_routes;
    std::vector<Rule> our_rules = {};
};

/// What has to be done, in this order.
struct InsidePlan {
    bool stop_own_ipv6_address = false;
    std::optional<std::uint16_t> mtu;
    bool set_up = false;
    std::vector<config::schema::Prefix> add_addresses;
    std::vector<Rule> add_rules;  ///< before routes: what is exempt from a wide one must be so first
    std::vector<InsideRoute> add_routes;
    std::vector<InsideRoute> replace_routes;  ///< ours, with another MTU or source
    std::vector<Route> remove_routes;
    std::vector<Rule> remove_rules;  ///< of equal ones the oldest
    std::vector<config::schema::Prefix> remove_addresses;
    bool is_empty() const;
};

/// The rules alone, for when there is no interface. Those of a family that are not the wanted ones, in their order, are
/// all made anew before the old ones go: no packet finds them missing.
void plan_rules(const std::vector<Rule>& wanted, const std::vector<Rule>& our_rules, InsidePlan& plan);

/// Pure. Removes only what is ours, and the link-local addresses that the kernel made before it was told not to;
/// `set_before` are addresses that we set, for kernels that do not keep our mark (before Linux 5.18).
InsidePlan plan_inside(const InsideWanted& wanted, const InsideFound& found,
                       const std::vector<config::schema::Prefix>& set_before);

}  // namespace ropewalk::control::kernel
