#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "config/calm_log.hpp"
#include "control/events/event.hpp"

namespace ropewalk::control::peers {

/// The newest copy of a tunnel whose number was behind the window. The number is not authenticated.
struct BehindSight {
    std::uint64_t seen_ns = 0;  ///< CLOCK_MONOTONIC; 0: none came
    std::uint64_t numbers = 0;  ///< how far it was behind the newest known
};

/// Watches for peers whose numbers ran back. Numbers begin at the peer's clock, in nanoseconds, whenever its dataplane
/// starts, so that the distance tells how far that clock was set back. Pure.
class NumbersBehind {
public:
    /// Below it is a copy that was long under way, in a window too small: this many numbers take a thousand seconds at
    /// a million packets a second.
    static constexpr std::uint64_t least_numbers = 1'000'000'000;
    /// A peer sends something by each path in every hello_interval_ns.
    static constexpr std::uint64_t behind_lasts_ns = 10'000'000'000;

    /// `seen` by tunnel slot; tunnels that are not in it are forgotten. Appends PeerNumbersBehind and PeerNumbersGood.
    void run(const std::map<std::uint32_t, BehindSight>& seen, std::uint64_t now_ns, events::Events& events);

    /// What is wrong with the numbers of a tunnel's peer, by slot; empty: nothing.
    std::string trouble(std::uint32_t tunnel_slot) const;

private:
    struct Entry {
        std::uint64_t last_ns = 0;  ///< 0: nothing was far behind
        std::uint64_t numbers = 0;
        config::CalmLog log{config::CalmLog::longest_calm_ns};
    };

    std::map<std::uint32_t, Entry> entries_;
};

}  // namespace ropewalk::control::peers
