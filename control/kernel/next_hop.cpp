#include "control/kernel/next_hop.hpp"

#include <linux/rtnetlink.h>

#include <cstring>

#include <fmt/format.h>

namespace ropewalk::control::kernel {

using config::Family;
using config::schema::IpAddress;
using config::schema::to_string;

namespace {

std::string add_route_command(const NextHopFacts& facts) {
    return fmt::format("ip {}route add {} via ROUTER dev {}", facts.peer.family == Family::ipv6 ? "-6 " : "",
                       to_string(facts.peer), facts.interface);
}

std::string problem_of_link(const NextHopFacts& facts) {
    if (!facts.link)
        return fmt::format("there is no interface '{}' here; `ip link` lists those there are", facts.interface);
    if (!facts.link->up) return fmt::format("interface {0} is down; ip link set {0} up", facts.interface);
    if (!facts.link->has_carrier)
        return fmt::format("interface {} has no carrier; check the cable, or bring its other end up", facts.interface);
    if (!facts.link->mac)
        return fmt::format("interface {} has no Ethernet address; a WAN port must be an Ethernet interface",
                           facts.interface);
    return {};
}

std::string problem_of_route(const NextHopFacts& facts) {
    if (!facts.route || !facts.route->has_value())
        return fmt::format(
            "the kernel has no route to {} by {} ({}); {}", to_string(facts.peer), facts.interface,
            std::strerror(facts.route ? facts.route->error() : 0),
            facts.unfollowed ? advice_of(*facts.unfollowed, facts.peer) : "add one: " + add_route_command(facts));
    if ((*facts.route)->type == RTN_LOCAL)
        return fmt::format("{} is an address of this machine itself; a path's peer must be another one",
                           to_string(facts.peer));
    if ((*facts.route)->type != RTN_UNICAST)
        return fmt::format("the kernel's route to {} by {} leads to no neighbour; `ip route get {}` shows it",
                           to_string(facts.peer), facts.interface, to_string(facts.peer));
    return {};
}

std::string problem_of_neighbour(const NextHopFacts& facts, const IpAddress& via) {
    if (!facts.has_no_answer()) return {};
    if (via != facts.peer)
        return fmt::format("router {} does not answer on {}, and {} is behind it; check the cable and the route",
                           to_string(via), facts.interface, to_string(facts.peer));
    return fmt::format("{} does not answer on {}, where it would be a direct neighbour; {}", to_string(facts.peer),
                       facts.interface,
                       facts.unfollowed ? advice_of(*facts.unfollowed, facts.peer)
                                        : "if it is behind a router: " + add_route_command(facts));
}

}  // namespace

IpAddress neighbour_of(const Route& route, const IpAddress& peer) {
    return route.gateway.value_or(peer);
}

bool may_lack_a_route(const NextHopFacts& facts) {
    if (!facts.route || !facts.route->has_value()) return true;
    return !(*facts.route)->gateway && facts.has_no_answer();
}

NextHop choose_next_hop(const NextHopFacts& facts, const std::optional<config::schema::MacAddress>& known) {
    NextHop hop{known, {}, problem_of_link(facts)};
    if (!hop.problem.empty()) return hop;
    hop.problem = problem_of_route(facts);
    if (!hop.problem.empty()) return hop;
    hop.via = neighbour_of(**facts.route, facts.peer);
    hop.problem = problem_of_neighbour(facts, *hop.via);
    if (facts.neighbour && facts.neighbour->is_usable()) hop.mac = facts.neighbour->mac;
    return hop;
}

WayMtu mtu_of_way(const NextHopFacts& facts, const WayMtu& known) {
    WayMtu mtu = known;
    if (facts.link) mtu.interface = facts.link->mtu;
    if (!facts.route || !facts.route->has_value()) return mtu;
    mtu.route = (*facts.route)->mtu;
    if (facts.learnt_mtu != 0 && (mtu.route == 0 || facts.learnt_mtu < mtu.route)) mtu.route = facts.learnt_mtu;
    return mtu;
}

bool must_ask_for(const std::optional<Neighbour>& neighbour) {
    if (!neighbour) return true;
    return !neighbour->is_fixed() && (!neighbour->is_managed || neighbour->has_failed());
}

}  // namespace ropewalk::control::kernel
