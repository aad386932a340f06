#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ropewalk::dataplane::tunnel {

/// The packets of a burst while a ClassGroup looks at them: a column for each field, so that several packets are
/// compared at once. Beyond the packets there are, columns mean nothing.
struct ClassColumns {
    static constexpr std::size_t capacity = 64;
    using Column = std::array<std::uint32_t, capacity>;

    alignas(64) Column candidates;  ///< bit i: the packet may be in the i-th class of the group
    alignas(64) Column ports;       ///< the source port in the upper half, the destination port in the lower
    alignas(64) Column sizes;       ///< bytes
    alignas(64) Column sources;     ///< IPv4 addresses as they lie in the packet
    alignas(64) Column destinations;
};

}  // namespace ropewalk::dataplane::tunnel
