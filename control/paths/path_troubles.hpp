#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "config/calm_log.hpp"
#include "config/schema/gateway.hpp"
#include "config/snapshot/build.hpp"
#include "control/events/event.hpp"
#include "control/paths/health_table.hpp"
#include "control/paths/icmp_hints.hpp"
#include "control/paths/path_sights.hpp"
#include "control/paths/path_state.hpp"
#include "control/paths/path_table.hpp"

namespace ropewalk::control::paths {

/// What is wrong with each path, with the best reason that is known: its port is down, its next hop has a problem,
/// nothing is heard by it, ICMP errors come about it. Told once, until it is over, however often it flips. Pure.
class PathTroubles {
public:
    /// A neighbour gets this long to answer before it is complained about.
    static constexpr std::uint64_t next_hop_patience_ns = 1'500'000'000;
    static constexpr std::uint64_t look_interval_ns = 100'000'000;
    /// Routers that come back with a path may say for so long that they have no route.
    static constexpr std::uint64_t settling_ns = 2'000'000'000;

    /// Follows a configuration; what is known of a path stays.
    void configure(const config::schema::Gateway& gateway, const config::snapshot::Resolved& resolved);

    /// What is to be known of all paths; refers to its owners' objects.
    struct Known {
        const PathTable& table;
        const HealthTable& health;
        const PathSights& sights;
        const IcmpHints& hints;
    };

    /// To be called in every turn; judges once in look_interval_ns. Appends PathTroubled and PathWell.
    void run(const Known& known, std::uint64_t now_ns, events::Events& events);

    /// The problem of a path's next hop, from its first moment until it is told to be over; empty: none.
    std::string next_hop_problem(std::uint32_t path_slot) const;

private:
    struct Entry {
        config::Wire wire{};
        std::uint32_t port_slot = 0;
        std::string port, device;
        std::uint16_t udp_port = 0;  ///< our first one

        std::uint64_t up_since_ns = 0;  ///< 0: it is not up
        std::uint64_t troubled_since_ns = 0, well_since_ns = 0;
        std::string next_hop_problem, told_next_hop_problem;
        /// What is told of its health: its figures are those of the moment when it became so.
        std::string health_problem;
        PathState worded_state{};
        HealthCause worded_cause{};
        config::CalmLog log{config::CalmLog::longest_calm_ns};
    };
    /// A sentence, or empty.
    struct Trouble {
        std::string sentence;
        bool is_of_next_hop = false;
    };

    void look(std::uint32_t slot, Entry& entry, const Known& known, std::uint64_t now_ns, events::Events& events);
    static void follow_state(Entry& entry, PathState state, std::uint64_t now_ns);
    static void word_health(Entry& entry, PathState state, const HealthReason& reason);
    /// Of port and next hop.
    static Trouble trouble_of_way(const Entry& entry, const NextHopFact& hop, std::uint64_t hop_since_ns,
                                  const PortSight& port, std::uint64_t now_ns);
    static void tell(std::uint32_t slot, Entry& entry, const Trouble& trouble, std::uint64_t now_ns,
                     events::Events& events);

    std::map<std::uint32_t, Entry> entries_;  ///< by path slot
    std::uint64_t looked_ns_ = 0;
};

}  // namespace ropewalk::control::paths
