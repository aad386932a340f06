#include <algorithm>
#include <limits>

#include "config/snapshot/build.hpp"

namespace ropewalk::config::snapshot {
namespace {

constexpr std::uint16_t ipv4_header = 20, ipv6_header = 40, udp_header = 8, per_copy_header = 8;
constexpr std::uint16_t spi_and_sequence = 8, iv = 8, icv = 16;
/// Pad length and next header (RFC 4303 section 2); with padding they end on a multiple of 4.
constexpr std::uint16_t trailer = 2, alignment = 4;

}  // namespace

std::uint16_t overhead_bytes(schema::Family outer, schema::Wire wire) {
    const int ip = outer == schema::Family::ipv4 ? ipv4_header : ipv6_header;
    const int per_copy = wire == schema::Wire::ropewalk ? per_copy_header : 0;
    return static_cast<std::uint16_t>(ip + udp_header + per_copy + spi_and_sequence + iv + trailer + icv);
}

std::uint16_t inner_mtu_for(std::uint16_t outer_mtu, schema::Family outer, schema::Wire wire) {
    const int sealed = outer_mtu - (overhead_bytes(outer, wire) - trailer);
    return static_cast<std::uint16_t>(std::max(0, sealed / alignment * alignment - trailer));
}

std::uint16_t inner_mtu_of(const schema::Gateway& gateway, const schema::Tunnel& tunnel) {
    std::uint64_t smallest = gateway.inside.mtu ? gateway.inside.mtu->count : std::numeric_limits<std::uint16_t>::max();
    if (const schema::Port* const port = schema::find_inside_port(gateway))
        smallest = std::min(smallest, port->mtu.count);
    for (const schema::Path& path : tunnel.paths) {
        const std::uint64_t outer = schema::mtu_of(path, gateway).count;
        smallest = std::min<std::uint64_t>(
            smallest, inner_mtu_for(static_cast<std::uint16_t>(outer), path.peer.address.family, tunnel.wire));
    }
    return static_cast<std::uint16_t>(smallest);
}

}  // namespace ropewalk::config::snapshot
