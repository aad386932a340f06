#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/codes.hpp"
#include "config/schema/prefix.hpp"
#include "config/schema/units.hpp"

namespace ropewalk::config::schema {

/// A closed range of TCP/UDP ports.
struct PortRange {
    std::uint16_t first = 0;
    std::uint16_t last = 65535;
    auto operator<=>(const PortRange&) const = default;
};

/// What a packet must look like to be in the class; an absent field matches everything.
struct Match {
    std::vector<std::uint8_t> dscp;
    std::optional<std::uint8_t> protocol;
    std::optional<Prefix> source;
    std::optional<Prefix> destination;
    std::optional<PortRange> source_port;
    std::optional<PortRange> destination_port;
    std::optional<Bytes> max_size;
    auto operator<=>(const Match&) const = default;
};

/// Traffic that shares a sending mode. The first class that matches wins; the last may match all.
struct TrafficClass {
    std::string name;
    Match match;
    Mode mode = Mode::duplicate;
    /// How many paths carry a copy, in the order of `paths`; 0 is all of them.
    std::uint8_t copies = 0;
    /// Names of the paths this class may use; empty is all of the tunnel's.
    std::vector<std::string> paths;
    auto operator<=>(const TrafficClass&) const = default;
};

}  // namespace ropewalk::config::schema
