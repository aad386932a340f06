#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"
#include "control/events/event.hpp"

namespace ropewalk::control::paths {

/// What the kernel's side knows of one path: its next hop, and how large a packet may be on the way there.
struct NextHopFact {
    std::uint32_t path_slot = 0;
    std::optional<config::schema::MacAddress> mac;  ///< the last one known stays through problems
    std::string via;                                ///< the router's address; empty: unknown, or no router
    std::string whose;                ///< the same for a sentence, or `behind INTERFACE`; empty: set in the YAML
    std::string problem;              ///< why no fresh one is known and what to do; empty: all is well
    std::uint32_t interface_mtu = 0;  ///< bytes, the last one known; 0: the kernel does not see the port
    std::uint32_t route_mtu = 0;      ///< bytes, what the route to the peer has learnt or was given; 0: nothing
};

/// What probes say of a path: the largest outer packet.
struct ProbedMtu {
    std::uint16_t limit_bytes = 0;  ///< 0: no less than configuration and kernel allow
    bool is_awaited = false;        ///< the first answers may come any moment
    bool operator==(const ProbedMtu&) const = default;
};

/// The paths of the running configuration, by path slot, and how their next hops are. Pure.
class PathTable {
public:
    struct Path {
        NextHopFact next_hop;
        std::uint64_t since_ns = 0;  ///< CLOCK_MONOTONIC, when the present problem began
        ProbedMtu probed_mtu;
        bool is_remembered = false;  ///< known from an earlier control, and not from the kernel yet
    };

    /// Follows a configuration; what is known of a path stays.
    void configure(const config::schema::Gateway& gateway, const config::snapshot::Resolved& resolved);

    /// A next hop that an earlier control knew, until the kernel's side says otherwise; nobody needs to be told.
    void remember(std::uint32_t path_slot, const config::schema::MacAddress& mac);

    /// Takes what has been seen of next hops, and appends NextHopFound.
    void run(std::span<const NextHopFact> seen, std::uint64_t now_ns, events::Events& events);

    /// Takes what probes found out. True when it is news.
    bool learn(std::uint32_t path_slot, const ProbedMtu& probed);

    const std::map<std::uint32_t, Path>& paths() const { return paths_; }
    /// Another number whenever something of it may be other.
    std::uint64_t version() const { return version_; }
    /// Whether something can be sent on the path.
    bool has_next_hop(std::uint32_t path_slot) const;

private:
    std::map<std::uint32_t, Path> paths_;
    std::uint64_t version_ = 0;
};

}  // namespace ropewalk::control::paths
