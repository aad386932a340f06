#pragma once

#include <cstdint>
#include <span>

#include "tests/lab/wanem/link_settings.hpp"

namespace ropewalk::tests::lab::wanem {

/// Flips one bit of the UDP payload, or, where there is no UDP, of what follows the IP header; `number` says which.
/// Returns whether there was anything to damage.
///
/// A NIC checks no more than the frame's FCS, so damage done behind the last one arrives with the UDP checksum the
/// sender wrote: stale, and a kernel drops it, or zero, and it reaches the receiver. `fixed` makes a checksum right
/// again, for damage that is to reach the receiver in any case.
bool damage(std::span<std::uint8_t> frame, std::uint64_t number, LinkSettings::DamagedChecksum checksum);

}  // namespace ropewalk::tests::lab::wanem
