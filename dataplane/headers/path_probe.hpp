#pragma once

#include <cstdint>

#include "config/region/control_messages.hpp"
#include "dataplane/packet/big_endian.hpp"

namespace ropewalk::dataplane::headers {

/// The control message by which a path's health is measured, as it lies inside the seal. Both gateways send it on each
/// path by themselves, and every one answers the newest that came the other way, so that each end learns the round
/// trip and which direction is dead from what arrives. docs/packet-format.md has the table.
struct [[gnu::packed]] PathProbe {
    std::uint8_t type = static_cast<std::uint8_t>(config::region::MessageType::path_probe);
    std::uint8_t layout = layout_now;  ///< later layouts only append
    std::uint8_t path_id = 0;
    std::uint8_t dscp = 0;        ///< that the sender gave it; only a probe of best effort says something new
    packet::Be32 number{0};       ///< of the probe on this path
    packet::Be64 sent_ns{0};      ///< by the sender's clock, whatever its zero
    packet::Be64 answered_ns{0};  ///< `sent_ns` of the newest probe that came the other way; 0: none came
    packet::Be64 kept_ns{0};      ///< how long ago that one came
    packet::Be64 reception{0};    ///< ReceptionFigures::pack, of the other direction
    packet::Be32 interval_us{0};  ///< at which the sender sends them
    packet::Be32 copies{0};       ///< that the sender has sent on the path, this one not among them; only grows
    packet::Be64 marks{0};        ///< DSCPs that the sender's other probes of this path wear, bit d for DSCP d
    packet::Be64 marks_lost{0};   ///< of the DSCPs that the receiver's probes wear: those that do not arrive

    static constexpr std::uint8_t layout_now = 1;
};

static_assert(sizeof(PathProbe) == config::region::smallest_size(config::region::MessageType::path_probe));

}  // namespace ropewalk::dataplane::headers
