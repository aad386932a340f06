#pragma once

#include <linux/rtnetlink.h>

#include <cstdint>
#include <optional>
#include <string>

#include "config/schema/prefix.hpp"

namespace ropewalk::control::kernel {

/// The table for prefixes that are wider than any network somebody has; its number is that of our protocol.
inline constexpr std::uint32_t wide_table = 0xa7;

/// A route into a tunnel.
struct InsideRoute {
    config::schema::Prefix destination;
    std::uint16_t mtu = 0;  ///< bytes; 0: the interface's
    /// Of the gateway's own packets: the first inside address of the family, so that the peer knows it for ours.
    std::optional<config::schema::IpAddress> source;
    std::uint32_t table = RT_TABLE_MAIN;
    std::string tunnel = {};  ///< whose prefix it is
    auto operator<=>(const InsideRoute&) const = default;
};

}  // namespace ropewalk::control::kernel
