#pragma once

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include <string>

#include "control/kernel/inside_routes.hpp"

/// A machine with a LAN, a WAN with a router and a default route, and the inside interface; one path to 198.51.100.10.
namespace ropewalk::tests::unit::host {

using namespace control::kernel;

inline constexpr int lan = 2, wan = 3, inside = 7;

inline config::schema::Prefix prefix(const std::string& text) {
    return config::schema::parse_prefix(text).value();
}

inline config::schema::IpAddress ip(const std::string& text) {
    return config::schema::parse_ip_address(text).value();
}

/// A route of the main table.
inline Route route(const std::string& destination, int interface, std::uint32_t metric, const std::string& via = {}) {
    Route made;
    made.destination = prefix(destination);
    made.interface = interface;
    made.priority = metric;
    made.type = RTN_UNICAST;
    made.table = RT_TABLE_MAIN;
    if (!via.empty()) made.gateway = ip(via);
    return made;
}

inline Rule rule(std::uint32_t priority, std::uint32_t table) {
    Rule made;
    made.priority = priority;
    made.action = FR_ACT_TO_TBL;
    made.table = table;
    return made;
}

inline KernelRouting routed_host() {
    KernelRouting host;
    host.interfaces = {{lan, "lan0"}, {wan, "eth1"}, {inside, "rw0"}};
    host.addresses = {{lan, prefix("198.18.1.2/24"), false, false},
                      {wan, prefix("203.0.113.2/24"), false, false},
                      {wan, prefix("2001:db8:e::2/64"), false, false},
                      {wan, prefix("fe80::2/64"), false, true},
                      {inside, prefix("192.0.2.1/24"), true, false}};
    // As NetworkManager numbers them.
    host.routes = {route("198.18.1.0/24", lan, 101), route("203.0.113.0/24", wan, 100),
                   route("0.0.0.0/0", wan, 100, "203.0.113.1"), route("2001:db8:e::/64", wan, 256),
                   route("192.0.2.0/24", inside, 0)};
    host.rules = {rule(0, RT_TABLE_LOCAL), rule(32766, RT_TABLE_MAIN), rule(32767, RT_TABLE_DEFAULT)};
    return host;
}

inline InsideWanted wanting(std::initializer_list<std::string> prefixes) {
    InsideWanted wanted;
    wanted.addresses = {prefix("192.0.2.1/24")};
    wanted.paths = {{"hub/fibre", "eth1", ip("203.0.113.2"), ip("198.51.100.10")}};
    for (const std::string& text : prefixes) {
        const std::uint32_t table = is_wide(prefix(text)) ? wide_table : std::uint32_t{RT_TABLE_MAIN};
        wanted.routes.push_back({prefix(text), 0, {}, table, "hub"});
    }
    return wanted;
}

}  // namespace ropewalk::tests::unit::host
