#pragma once

#include <array>
#include <cstdint>

#include "config/region/records.hpp"
#include "dataplane/packet/headers.hpp"

namespace ropewalk::dataplane::tunnel {

/// Everything that stands before ESP on one path, ready but for next hop, lengths, checksums, traffic class, path
/// sequence and time: Ethernet | IP | UDP [| copy header].
struct HeaderTemplate {
    static constexpr std::uint16_t capacity = 14 + 40 + 8 + 8;

    alignas(16) std::array<std::uint8_t, capacity + 10> bytes{};
    std::uint16_t size = 0;
    /// Raw one's-complement sum over the IPv4 header with length, traffic class and checksum zero.
    std::uint16_t ipv4_sum = 0;
    /// Raw sum over pseudo header (without length), UDP ports and protocol, for a computed UDP checksum.
    std::uint16_t udp_sum = 0;
};

/// Writes the template of a path; `source` is the sending port's Ethernet address.
HeaderTemplate make_header_template(const config::region::PathRecord& path, config::Wire wire,
                                    const std::array<std::uint8_t, 6>& source);

/// Another Ethernet address of the sending port.
void set_source(HeaderTemplate& header, const std::array<std::uint8_t, 6>& source);

}  // namespace ropewalk::dataplane::tunnel
