#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "config/schema/ip_address.hpp"
#include "config/schema/mac_address.hpp"
#include "control/kernel/link.hpp"
#include "control/kernel/neighbour.hpp"
#include "control/kernel/route.hpp"
#include "control/kernel/unfollowed_rule.hpp"

namespace ropewalk::control::kernel {

/// What the kernel said about the way to one peer; later facts are absent when an earlier one rules them out.
struct NextHopFacts {
    std::string interface;
    config::schema::IpAddress peer;
    std::optional<Link> link;
    /// The kernel's route, or its errno value.
    std::optional<tl::expected<Route, int>> route;
    /// Entry of the neighbour that the route leads to.
    std::optional<Neighbour> neighbour;
    /// Looked for when may_lack_a_route().
    std::optional<UnfollowedRule> unfollowed = {};
    /// KernelView::learnt_mtu.
    std::uint16_t learnt_mtu = 0;
    /// NeighbourSilence, of that neighbour.
    bool neighbour_is_silent = false;

    bool has_no_answer() const { return neighbour_is_silent || (neighbour && neighbour->has_failed()); }
};

/// The Ethernet address that a path's packets are sent to.
struct NextHop {
    /// Once known it stays, whatever becomes of the link, until another one is seen: a path that comes back works at
    /// once.
    std::optional<config::schema::MacAddress> mac;
    /// Whose address that is: the gateway of the route, or the peer itself when it is on link.
    std::optional<config::schema::IpAddress> via;
    /// Why none, or no fresh one, is known and what to do about it; empty while all is well or still being asked.
    std::string problem;
    auto operator<=>(const NextHop&) const = default;
};

/// How large packets on the way to a peer may be, in bytes.
struct WayMtu {
    std::uint32_t interface = 0;  ///< 0: not known
    std::uint32_t route = 0;      ///< 0: the route has none of its own
    auto operator<=>(const WayMtu&) const = default;
};

/// The neighbour that a route leads to.
config::schema::IpAddress neighbour_of(const Route& route, const config::schema::IpAddress& peer);

/// There is no route, or the kernel took the peer for a neighbour for want of one, and nobody answers.
bool may_lack_a_route(const NextHopFacts& facts);

/// Pure. `known` is what was used until now.
NextHop choose_next_hop(const NextHopFacts& facts, const std::optional<config::schema::MacAddress>& known);

/// Pure. What was known stays while the kernel cannot say: a path that comes back works at once.
WayMtu mtu_of_way(const NextHopFacts& facts, const WayMtu& known);

/// Whether the kernel should be asked to look for the neighbour, again and again while this holds.
bool must_ask_for(const std::optional<Neighbour>& neighbour);

}  // namespace ropewalk::control::kernel
