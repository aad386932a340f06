#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "tests/packets/bytes.hpp"
#include "tests/sim/dice.hpp"
#include "tests/sim/side.hpp"

namespace ropewalk::tests::sim {

/// An inner packet of the users and its number, which stands in it.
struct UserPacket {
    enum class Kind : std::uint8_t {
        ordinary,
        too_big,   ///< for the tunnel
        stranger,  ///< to nobody's prefix
        garbage,   ///< no IP packet
    };

    Side from;
    Kind kind;
    std::uint64_t number;
    Time at;
    packets::Bytes bytes;
};

UserPacket draw_user_packet(Side from, std::uint64_t number, Time at, Dice& dice);

/// The number that an inner packet carries, if one of our users made it.
std::optional<std::uint64_t> number_in(std::span<const std::uint8_t> inner);

/// Equal in all but ECN and the checksum over it, which gateways may change.
bool is_same_packet(std::span<const std::uint8_t> sent, std::span<const std::uint8_t> received);

/// An ICMP or ICMPv6 error.
bool is_icmp(std::span<const std::uint8_t> inner);

}  // namespace ropewalk::tests::sim
