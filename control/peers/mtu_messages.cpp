#include "control/peers/mtu_messages.hpp"

#include "config/region/control_messages.hpp"

namespace ropewalk::control::peers {

using config::region::MessageType;
using MtuBytes = std::array<std::uint8_t, mtu_message_bytes>;

namespace {

constexpr std::uint8_t mtu_layout = 1;
constexpr std::size_t path_id_at = 2, number_at = 4, outer_bytes_at = 8, plain_bytes_at = 10;

template <class Integer>
void put_big_endian(MtuBytes& bytes, std::size_t at, Integer value) {
    for (std::size_t i = sizeof value; i-- > 0; value = static_cast<Integer>(value >> 8))
        bytes[at + i] = static_cast<std::uint8_t>(value);
}

template <class Integer>
Integer big_endian_at(std::span<const std::uint8_t> bytes, std::size_t at) {
    Integer value = 0;
    for (std::size_t i = 0; i < sizeof value; ++i) value = static_cast<Integer>(value << 8 | bytes[at + i]);
    return value;
}

MtuBytes encode_as(MessageType type, const MtuProbe& probe) {
    MtuBytes bytes{};
    bytes[0] = static_cast<std::uint8_t>(type);
    bytes[1] = mtu_layout;
    bytes[path_id_at] = probe.path_id;
    put_big_endian(bytes, number_at, probe.number);
    put_big_endian(bytes, outer_bytes_at, probe.outer_bytes);
    return bytes;
}

std::optional<MtuProbe> decode_as(MessageType type, std::span<const std::uint8_t> bytes) {
    if (config::region::type_of(bytes) != type || bytes[1] == 0) return std::nullopt;
    return MtuProbe{bytes[path_id_at], big_endian_at<std::uint32_t>(bytes, number_at),
                    big_endian_at<std::uint16_t>(bytes, outer_bytes_at)};
}

}  // namespace

MtuBytes encode(const MtuProbe& probe) {
    return encode_as(MessageType::mtu_probe, probe);
}

MtuBytes encode(const MtuAnswer& answer) {
    MtuBytes bytes = encode_as(MessageType::mtu_answer, answer.probe);
    put_big_endian(bytes, plain_bytes_at, answer.plain_bytes);
    return bytes;
}

std::optional<MtuProbe> decode_mtu_probe(std::span<const std::uint8_t> bytes) {
    return decode_as(MessageType::mtu_probe, bytes);
}

std::optional<MtuAnswer> decode_mtu_answer(std::span<const std::uint8_t> bytes) {
    const auto probe = decode_as(MessageType::mtu_answer, bytes);
    if (!probe) return std::nullopt;
    return MtuAnswer{*probe, big_endian_at<std::uint16_t>(bytes, plain_bytes_at)};
}

}  // namespace ropewalk::control::peers
