#pragma once

#include <cstdint>
#include <string>

namespace ropewalk::control::paths {

/// Why a path is not simply up.
enum class HealthCause : std::uint8_t {
    none,
    no_way,        ///< its port is down, or it has no next hop: others tell why
    never_heard,   ///< nothing authentic has come by it yet
    not_heard,     ///< what the peer sends on it does not come any more
    not_answered,  ///< what we send on it does not reach the peer
    held_down,     ///< it works again, and has to do so for a while
    rx_loss,       ///< much of what the peer sends on it is lost
    tx_loss,       ///< much of what we send on it
    rx_delay,      ///< what the peer sends on it comes late
    tx_delay,      ///< what we send on it
    rx_marks,      ///< what the peer sends on it with some DSCPs is lost
    tx_marks,      ///< what we send on it with some
};

/// A cause with its figures.
struct HealthReason {
    HealthCause cause = HealthCause::none;
    std::uint64_t for_ns = 0;         ///< not heard, or not answered: for so long; held down: still to go
    std::uint64_t round_trip_ns = 0;  ///< when it was well; 0: not known
    double loss = 0;                  ///< as a share, or:
    std::uint64_t delay_ns = 0;       ///< behind the fastest path
    bool by_hellos = false;           ///< the peer sends no probes
    std::uint64_t marks = 0;          ///< bit d for DSCP d

    bool operator==(const HealthReason&) const = default;
};

/// A clause without the path; empty without a cause of its own.
std::string sentence_of(const HealthReason& reason);

}  // namespace ropewalk::control::paths
