#include "config/region/inner_mtu.hpp"

#include <algorithm>

namespace ropewalk::config::region {
namespace {

constexpr std::uint16_t ipv4_header = 20, ipv6_header = 40, udp_header = 8;
constexpr std::uint16_t spi_and_sequence = 8, iv = 8, icv = 16;
/// Pad length and next header (RFC 4303 section 2); with padding they end on a multiple of 4.
constexpr std::uint16_t trailer = 2, alignment = 4;

}  // namespace

std::uint16_t overhead_bytes(Family outer, Wire wire) {
    const int ip = outer == Family::ipv4 ? ipv4_header : ipv6_header;
    const int per_copy = traits_of(wire).bytes_before_esp;
    return static_cast<std::uint16_t>(ip + udp_header + per_copy + spi_and_sequence + iv + trailer + icv);
}

std::uint16_t inner_mtu_for(std::uint16_t outer_mtu, Family outer, Wire wire) {
    const int sealed = outer_mtu - (overhead_bytes(outer, wire) - trailer);
    return static_cast<std::uint16_t>(std::max(0, sealed / alignment * alignment - trailer));
}

}  // namespace ropewalk::config::region
