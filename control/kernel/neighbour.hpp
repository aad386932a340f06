#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <optional>

#include "config/schema/ip_address.hpp"
#include "config/schema/mac_address.hpp"

namespace ropewalk::control::kernel {

/// An entry of the kernel's neighbour table (ARP, IPv6 neighbour discovery).
struct Neighbour {
    int interface = 0;
    config::schema::IpAddress address;
    std::optional<config::schema::MacAddress> mac;
    std::uint16_t state = 0;  ///< NUD_*
    bool is_managed = false;  ///< the kernel keeps it resolved by itself (NTF_EXT_MANAGED)

    /// The address it holds may be used, though it may be about to be confirmed.
    bool is_usable() const;
    /// Set by hand or by the kind of interface: never asked for, not ours to touch.
    bool is_fixed() const;
    /// Neither known nor being asked for any more.
    bool has_failed() const;
    auto operator<=>(const Neighbour&) const = default;
};

/// Judges a neighbour that is asked for again and again: the kernel gives it up and asks anew in turn, so that what it
/// says of it flips. Silent is who was given up, or has not answered for patience_ns, until an answer comes. Pure.
class NeighbourSilence {
public:
    /// The kernel asks three times, a second each, before it gives a neighbour up.
    static constexpr std::uint64_t patience_ns = 3'000'000'000;

    /// Told what the kernel says now; CLOCK_MONOTONIC.
    bool is_silent(const std::optional<Neighbour>& neighbour, std::uint64_t now_ns);

private:
    std::optional<std::uint64_t> asked_since_ns_;  ///< empty: it has answered
    bool was_given_up_ = false;
};

/// Empty when the message is not a whole RTM_NEWNEIGH of IPv4 or IPv6.
std::optional<Neighbour> parse_neighbour(const nlmsghdr& message);

}  // namespace ropewalk::control::kernel
