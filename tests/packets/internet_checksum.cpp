#include "tests/packets/internet_checksum.hpp"

namespace ropewalk::tests::packets {
namespace {

constexpr std::uint8_t icmp = 1;

bool is_v4(std::span<const std::uint8_t> ip_packet) {
    return ip_packet[0] >> 4 == 4;
}

std::uint16_t sum(std::span<const std::uint8_t> bytes) {
    std::uint32_t total = 0;
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
        total += static_cast<std::uint32_t>(bytes[i] << 8 | (i + 1 < bytes.size() ? bytes[i + 1] : 0));
        total = (total & 0xffff) + (total >> 16);
    }
    return static_cast<std::uint16_t>(total);
}

}  // namespace

std::uint16_t internet_checksum(std::span<const std::uint8_t> bytes) {
    return static_cast<std::uint16_t>(~sum(bytes));
}

Bytes with_pseudo_header(std::span<const std::uint8_t> ip_packet) {
    const std::size_t header = is_v4(ip_packet) ? 20 : 40;
    const std::size_t addresses = is_v4(ip_packet) ? 12 : 8;
    const std::uint8_t protocol = ip_packet[is_v4(ip_packet) ? 9 : 6];
    Bytes all(ip_packet.begin() + static_cast<std::ptrdiff_t>(addresses),
              ip_packet.begin() + static_cast<std::ptrdiff_t>(header));
    const Bytes rest = joined({be32(static_cast<std::uint32_t>(ip_packet.size() - header)), be32(protocol),
                               Bytes(ip_packet.begin() + static_cast<std::ptrdiff_t>(header), ip_packet.end())});
    all.insert(all.end(), rest.begin(), rest.end());
    return all;
}

bool ip_checksum_is_right(std::span<const std::uint8_t> ip_packet) {
    return !is_v4(ip_packet) || sum(ip_packet.first(20)) == 0xffff;
}

bool transport_checksum_is_right(std::span<const std::uint8_t> ip_packet) {
    if (is_v4(ip_packet) && ip_packet[9] == icmp) return sum(ip_packet.subspan(20)) == 0xffff;
    return sum(with_pseudo_header(ip_packet)) == 0xffff;
}

}  // namespace ropewalk::tests::packets
