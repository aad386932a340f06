#include "config/region/inner_mtu.hpp"

#include <algorithm>

#include "config/region/limits.hpp"

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

std::uint16_t outer_mtu_for(std::uint16_t inner, Family outer, Wire wire) {
    auto mtu = static_cast<std::uint16_t>(inner + overhead_bytes(outer, wire));
    while (inner_mtu_for(mtu, outer, wire) < inner) ++mtu;
    return mtu;
}

std::vector<std::uint16_t> least_inner_mtus(const View& snapshot) {
    std::vector<std::uint16_t> least(snapshot.tunnels().size(), min_mtu);
    for (const RangeV6Record& range : snapshot.ranges_v6())
        if (range.tunnel < least.size()) least[range.tunnel] = min_mtu_ipv6;
    for (std::size_t i = 0; i < least.size(); ++i) least[i] = std::min(least[i], snapshot.tunnels()[i].inner_mtu);
    return least;
}

}  // namespace ropewalk::config::region
