#pragma once

#include <cstdint>

#include "dataplane/tunnel/header_template.hpp"

namespace ropewalk::dataplane::view {

/// One path as a worker sends on it.
struct PathView {
    tunnel::HeaderTemplate header;
    std::uint32_t slot;
    std::uint16_t port;       ///< its slot
    std::uint16_t inner_mtu;  ///< bytes that fit the outer packets that the configuration allows it
    std::uint8_t path_id;
    std::uint8_t family;  ///< 4 or 6
    bool computes_udp_checksum;
    /// Of the byte of DSCP and ECN: the outer one is the inner one's bits of `kept`, and those of `set`.
    std::uint8_t dscp_ecn_kept = 0xff, dscp_ecn_set = 0;
};

}  // namespace ropewalk::dataplane::view
