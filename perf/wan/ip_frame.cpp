#include "perf/wan/ip_frame.hpp"

#include "perf/wan/internet_checksum.hpp"

namespace ropewalk::perf::wan {
namespace {

constexpr std::uint16_t ethertype_ipv4 = 0x0800, ethertype_arp = 0x0806, ethertype_ipv6 = 0x86dd;
constexpr std::uint8_t fragment_header = 44, icmpv6 = 58;

std::uint16_t ethertype_of(std::span<const std::uint8_t> frame) {
    return frame.size() < IpFrame::network_at ? std::uint16_t{0} : load_be16(&frame[12]);
}

std::optional<IpFrame> read_ipv4(std::span<const std::uint8_t> packet) {
    if (packet.size() < 20 || packet[0] >> 4 != 4) return std::nullopt;
    const std::size_t header = (packet[0] & 0x0fU) * 4U, total = load_be16(&packet[2]);
    if (header < 20 || total < header || total > packet.size()) return std::nullopt;
    IpFrame found;
    found.protocol = packet[9];
    found.dont_fragment = (packet[6] & 0x40U) != 0;
    found.is_fragment = (load_be16(&packet[6]) & 0x3fffU) != 0;
    found.transport_at = IpFrame::network_at + header;
    found.end = IpFrame::network_at + total;
    return found;
}

std::optional<IpFrame> read_ipv6(std::span<const std::uint8_t> packet) {
    if (packet.size() < 40 || packet[0] >> 4 != 6) return std::nullopt;
    const std::size_t total = 40U + load_be16(&packet[4]);
    if (total > packet.size()) return std::nullopt;
    IpFrame found;
    found.family = Family::ipv6;
    found.protocol = packet[6];
    found.dont_fragment = true;
    found.is_fragment = found.protocol == fragment_header;
    found.transport_at = IpFrame::network_at + 40;
    found.end = IpFrame::network_at + total;
    return found;
}

}  // namespace

std::optional<IpFrame> read_ip_frame(std::span<const std::uint8_t> frame) {
    switch (ethertype_of(frame)) {
        case ethertype_ipv4:
            return read_ipv4(frame.subspan(IpFrame::network_at));
        case ethertype_ipv6:
            return read_ipv6(frame.subspan(IpFrame::network_at));
        default:
            return std::nullopt;
    }
}

bool is_neighbour_discovery(std::span<const std::uint8_t> frame) {
    if (ethertype_of(frame) == ethertype_arp) return true;
    const std::optional<IpFrame> found = read_ip_frame(frame);
    if (!found || found->protocol != icmpv6 || found->end <= found->transport_at) return false;
    const std::uint8_t type = frame[found->transport_at];
    return type >= 133 && type <= 137;
}

}  // namespace ropewalk::perf::wan
