#include "tests/sim/user_packet.hpp"

#include <algorithm>
#include <cstring>

namespace ropewalk::tests::sim {

using packets::Bytes;

namespace {

constexpr std::size_t v4_header = 20, v6_header = 40, udp_header = 8;
constexpr std::uint64_t mark = 0x5265'2077'616c'6b21;
constexpr std::size_t smallest_payload = 2 * sizeof(std::uint64_t);

/// TOS or class, length, protocol, addresses; the rest zero, as a gateway does not look at it.
std::size_t write_header(Bytes& bytes, bool v6, Side from, bool to_stranger, std::uint8_t traffic_class) {
    const auto ours = static_cast<std::uint8_t>(from == Side::edge ? 1 : 2),
               theirs = static_cast<std::uint8_t>(3 - ours);
    if (v6) {
        bytes[0] = static_cast<std::uint8_t>(0x60 | traffic_class >> 4);
        bytes[1] = static_cast<std::uint8_t>(traffic_class << 4);
        const std::size_t payload = bytes.size() - v6_header;
        bytes[4] = static_cast<std::uint8_t>(payload >> 8), bytes[5] = static_cast<std::uint8_t>(payload);
        bytes[6] = 17, bytes[7] = 64;
        const std::uint8_t network[] = {0x20, 0x01, 0x0d, 0xb8, 0, 1};
        std::memcpy(&bytes[8], network, sizeof network);
        std::memcpy(&bytes[24], network, sizeof network);
        bytes[23] = ours, bytes[39] = to_stranger ? 99 : theirs;
        return v6_header;
    }
    bytes[0] = 0x45, bytes[1] = traffic_class;
    bytes[2] = static_cast<std::uint8_t>(bytes.size() >> 8), bytes[3] = static_cast<std::uint8_t>(bytes.size());
    bytes[6] = 0x40, bytes[8] = 64, bytes[9] = 17;
    const std::uint8_t network[] = {192, 0, 2};
    std::memcpy(&bytes[12], network, sizeof network);
    std::memcpy(&bytes[16], network, sizeof network);
    bytes[15] = ours, bytes[19] = to_stranger ? 99 : theirs;
    return v4_header;
}

UserPacket::Kind draw_kind(Dice& dice) {
    const std::uint64_t draw = dice.between(0, 199);
    return draw == 0   ? UserPacket::Kind::too_big
           : draw == 1 ? UserPacket::Kind::stranger
           : draw == 2 ? UserPacket::Kind::garbage
                       : UserPacket::Kind::ordinary;
}

std::size_t payload_at(std::span<const std::uint8_t> inner) {
    return (inner[0] >> 4 == 6 ? v6_header : v4_header) + udp_header;
}

}  // namespace

UserPacket draw_user_packet(Side from, std::uint64_t number, Time at, Dice& dice) {
    UserPacket packet{from, draw_kind(dice), number, at, {}};
    const bool v6 = dice.percent(20);
    const std::size_t least = (v6 ? v6_header : v4_header) + udp_header + smallest_payload;
    std::size_t size = least + dice.between(0, dice.percent(3) ? 1200 : 120);
    if (packet.kind == UserPacket::Kind::too_big) size = 1490;
    packet.bytes.resize(size);
    constexpr std::array<std::uint8_t, 4> classes = {0, 46 << 2, 2, 46 << 2 | 2};
    const std::size_t payload = write_header(packet.bytes, v6, from, packet.kind == UserPacket::Kind::stranger,
                                             classes[dice.between(0, classes.size() - 1)]) +
                                udp_header;
    std::memcpy(&packet.bytes[payload], &mark, sizeof mark);
    std::memcpy(&packet.bytes[payload + sizeof mark], &number, sizeof number);
    for (std::size_t i = payload + smallest_payload; i < size; ++i)
        packet.bytes[i] = static_cast<std::uint8_t>(number * 31 + i);
    if (packet.kind == UserPacket::Kind::garbage) packet.bytes[0] = 0x11;
    return packet;
}

std::optional<std::uint64_t> number_in(std::span<const std::uint8_t> inner) {
    const std::size_t at = inner.empty() ? 0 : payload_at(inner);
    if (inner.size() < at + smallest_payload || std::memcmp(&inner[at], &mark, sizeof mark) != 0) return std::nullopt;
    std::uint64_t number;
    std::memcpy(&number, &inner[at + sizeof mark], sizeof number);
    return number;
}

bool is_same_packet(std::span<const std::uint8_t> sent, std::span<const std::uint8_t> received) {
    if (sent.size() != received.size()) return false;
    const bool v6 = sent[0] >> 4 == 6;
    for (std::size_t i = 0; i < sent.size(); ++i) {
        const bool may_change = v6 ? i == 1 : i == 1 || i == 10 || i == 11;
        if (!may_change && sent[i] != received[i]) return false;
    }
    return true;
}

bool is_icmp(std::span<const std::uint8_t> inner) {
    return inner.size() > v6_header && (inner[0] >> 4 == 6 ? inner[6] == 58 : inner[9] == 1);
}

}  // namespace ropewalk::tests::sim
